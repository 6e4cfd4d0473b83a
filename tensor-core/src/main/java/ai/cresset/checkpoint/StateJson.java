package ai.cresset.checkpoint;

import ai.cresset.error.CheckpointException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file {@code state.json}: JSON whose first line is the digest of the rest, so that a changed
 * digit does not pass for another state.
 */
final class StateJson {
  private static final Pattern FIRST_LINE = Pattern.compile("\\{\"sha256\":\"([0-9a-f]{64})\",");
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  private StateJson() {}

  static byte[] write(TrainingState state) {
    try {
      String body =
          "\"state\":" + JSON.writerWithDefaultPrettyPrinter().writeValueAsString(state) + "}\n";
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      String digest = DigestChannel.of(bytes, 0, bytes.length);
      return ("{\"sha256\":\"" + digest + "\",\n" + body).getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record of texts and numbers is always valid JSON", e);
    }
  }

  /**
   * Reads and checks a state.
   *
   * @param file for messages
   */
  static TrainingState read(byte[] content, String file) {
    int line = 0;
    while (line < content.length && content[line] != '\n') {
      line++;
    }
    Matcher first = FIRST_LINE.matcher(new String(content, 0, line, StandardCharsets.UTF_8));
    if (line == content.length || !first.matches()) {
      throw CheckpointException.corrupt(file, "first line", "it holds no digest of the rest");
    }
    if (!first.group(1).equals(DigestChannel.of(content, line + 1, content.length - line - 1))) {
      throw CheckpointException.corrupt(
          file, "content", "its digest is not that of its first line");
    }
    try {
      JsonNode state = JSON.readTree(content).path("state");
      int version = state.path("formatVersion").asInt(-1);
      if (version != TrainingState.FORMAT_VERSION) {
        throw CheckpointException.because(
            file
                + ": format version "
                + version
                + ", expected "
                + TrainingState.FORMAT_VERSION
                + "; it was written by Cresset "
                + state.path("libraryVersion").asText("of an unknown version")
                + ", use that one");
      }
      return JSON.treeToValue(state, TrainingState.class);
    } catch (IOException e) {
      throw CheckpointException.corrupt(file, "content", e);
    }
  }
}
