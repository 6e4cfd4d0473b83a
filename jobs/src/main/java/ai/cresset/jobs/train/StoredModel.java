package ai.cresset.jobs.train;

import ai.cresset.error.CheckpointException;
import ai.cresset.jobs.workload.ModelFile;
import ai.cresset.jobs.workload.audio.AudioModelFile;
import ai.cresset.jobs.workload.generative.GenerativeModelFile;
import ai.cresset.jobs.workload.gpt.GptFile;
import ai.cresset.jobs.workload.image.ImageModelFile;
import ai.cresset.jobs.workload.recommender.RecommenderModelFile;
import ai.cresset.jobs.workload.sequence.SequenceModelFile;
import ai.cresset.jobs.workload.series.SeriesModelFile;
import ai.cresset.jobs.workload.table.TableModelFile;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** The model that a run left, of any kind. Only the kinds named here are ever made from a file. */
final class StoredModel {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .registerSubtypes(
              GptFile.class,
              ImageModelFile.class,
              GenerativeModelFile.class,
              SequenceModelFile.class,
              TableModelFile.class,
              RecommenderModelFile.class,
              SeriesModelFile.class,
              AudioModelFile.class)
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
