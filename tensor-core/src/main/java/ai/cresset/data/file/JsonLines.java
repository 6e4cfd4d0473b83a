package ai.cresset.data.file;

import ai.cresset.error.DataException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Files with a JSON object on each line. Empty lines are no rows. */
public final class JsonLines {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private JsonLines() {}

  /**
   * An object.
   *
   * @param line where it stands
   * @param value the object
   */
  public record Row(TextLines.Line line, JsonNode value) {
    /**
     * A field.
     *
     * @throws DataException that names file and line, if it is not there
     */
    public JsonNode get(String field) {
      JsonNode found = value.get(field);
      if (found == null || found.isNull()) {
        throw DataException.because(line.place() + ": no value '" + field + "'");
      }
      return found;
    }
  }

  /**
   * The objects of a file, one after the other; the stream closes it.
   *
   * @throws DataException that names file and line of what is no object
   */
  public static Stream<Row> stream(Path file) {
    return TextLines.stream(file)
        .filter(line -> !line.text().isBlank())
        .map(line -> new Row(line, parse(line)));
  }

  private static JsonNode parse(TextLines.Line line) {
    try {
      JsonNode value = MAPPER.readTree(line.text());
      if (!value.isObject()) {
        throw DataException.because(line.place() + ": expected a JSON object, got " + value);
      }
      return value;
    } catch (JsonProcessingException e) {
      throw DataException.because(line.place() + ": no JSON: " + e.getOriginalMessage(), e);
    }
  }
}
