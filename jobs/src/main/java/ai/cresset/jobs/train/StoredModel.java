package ai.cresset.jobs.train;

import ai.cresset.error.CheckpointException;
import ai.cresset.jobs.workload.ModelFile;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** The model that a run left, of any kind. Only these kinds are ever made from a file. */
final class StoredModel {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .registerSubtypes(WorkloadChoice.modelFiles().toArray(Class<?>[]::new))
          .build();

  private StoredModel() {}

  /**
   * The model that {@link ModelFile#write} wrote.
   *
   * @param name what errors call the file
   */
  static ModelFile read(String name, String text) {
    try {
      return JSON.readValue(text, ModelFile.class);
    } catch (JacksonException e) {
      throw CheckpointException.corrupt(name, "content", e);
    }
  }
}
