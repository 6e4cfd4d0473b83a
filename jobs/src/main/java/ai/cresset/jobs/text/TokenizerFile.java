package ai.cresset.jobs.text;

import ai.cresset.error.DataException;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.BitSet;

/**
 * A tokenizer as JSON: {@code {"kind": "char", "characters": ["\n", " ", ...]}} with the characters
 * in order of their tokens, or {@code {"kind": "byte"}}.
 */
public final class TokenizerFile {
  private static final JsonMapper MAPPER = new JsonMapper();

  private TokenizerFile() {}

  /** The JSON text of {@code tokenizer}. */
  public static String write(Tokenizer tokenizer) {
    ObjectNode json = MAPPER.createObjectNode();
    if (tokenizer instanceof CharTokenizer chars) {
      json.put("kind", "char");
      ArrayNode characters = json.putArray("characters");
      chars.characters().codePoints().mapToObj(Character::toString).forEach(characters::add);
    } else {
      json.put("kind", "byte");
    }
    return json.toPrettyString() + "\n";
  }

  /**
   * The tokenizer that {@link #write} wrote.
   *
   * @param name what errors call the file
   */
  public static Tokenizer read(String name, String text) {
    JsonNode json;
    try {
      json = MAPPER.readTree(text);
    } catch (JacksonException e) {
      throw DataException.because(name + ": not JSON: " + e.getOriginalMessage(), e);
    }
    String kind = json.path("kind").asText();
    return switch (kind) {
      case "byte" -> new ByteTokenizer();
      case "char" -> characters(name, json.path("characters"));
      default ->
          throw DataException.because(
              name + ": expected a tokenizer of kind char or byte, got '" + kind + "'");
    };
  }

  private static CharTokenizer characters(String name, JsonNode characters) {
    BitSet codePoints = new BitSet();
    int last = -1;
    for (JsonNode character : characters) {
      String text = character.asText();
      int codePoint = text.isEmpty() ? -1 : text.codePointAt(0);
      if (codePoint <= last || text.length() != Character.charCount(codePoint)) {
        throw DataException.because(
            name + ": expected single characters in order of code point, got " + character);
      }
      codePoints.set(codePoint);
      last = codePoint;
    }
    if (codePoints.isEmpty()) {
      throw DataException.because(name + ": expected a list of characters, got none");
    }
    return CharTokenizer.of(codePoints);
  }
}
