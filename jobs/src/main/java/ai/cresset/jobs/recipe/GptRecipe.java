package ai.cresset.jobs.recipe;

import java.io.Serializable;
import ai.cresset.error.ConfigException;

/**
 * Everything a GPT language model's training needs to know.
 *
 * @param data the text and how it is split
 * @param model the network
 * @param train the optimizer, its schedule, and what happens how often
 * @param spark the workers and how they are started
 * @param parallel how the workers talk
 * @param sample the text written at the end
 * @param output where results go
 */
public record GptRecipe(
    DataSettings data,
    ModelSettings model,
    TrainSettings train,
    SparkSettings spark,
    ParallelSettings parallel,
    SampleSettings sample,
    OutputSettings output) implements Serializable {
  public GptRecipe {
    if (train.globalBatch() < spark.workers()) {
      throw ConfigException.value(
          "train.global_batch",
          train.globalBatch(),
          "at least one window for each of the " + spark.workers() + " workers (spark.workers)");
    }
  }
}
