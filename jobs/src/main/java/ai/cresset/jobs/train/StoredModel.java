package ai.cresset.jobs.train;

import ai.cresset.error.CheckpointException;
import ai.cresset.jobs.workload.ModelFile;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The model that a run left, of any kind. Only these kinds are ever made from a file. */
final class StoredModel {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String KIND = "kind";

  private StoredModel() {}

  /**
   * The model that {@link ModelFile#write} wrote, also that of an older version.
   *
   * @param name what errors call the file
   * @throws CheckpointException that names the key which is missing or unknown
   */
  static ModelFile read(String name, String text) {
    try {
      if (!(JSON.readTree(text) instanceof ObjectNode fields)) {
        throw CheckpointException.corrupt(name, "content", "no JSON object");
      }
      String kind = fields.path(KIND).asText();
      fields.remove(KIND);
      Class<? extends ModelFile> type = type(name, kind);
      new StoredKeys(name, kind).complete(fields, type, "");
      return JSON.readerFor(type).readValue(fields.put(KIND, kind));
    } catch (JacksonException e) {
      throw CheckpointException.corrupt(name, "content", e.getOriginalMessage());
    } catch (IOException e) {
      throw CheckpointException.failed("read", name, e);
    }
  }

  private static Class<? extends ModelFile> type(String name, String kind) {
    List<String> names = new ArrayList<>();
    for (Class<?> each : WorkloadChoice.modelFiles()) {
      String known = each.getAnnotation(JsonTypeName.class).value();
      if (known.equals(kind)) {
        return each.asSubclass(ModelFile.class);
      }
      names.add(known);
    }
    throw CheckpointException.because(
        name
            + ": its kind is '"
            + kind
            + "', expected one of "
            + names
            + "; a newer version of Cresset may have written it: use that one");
  }
}
