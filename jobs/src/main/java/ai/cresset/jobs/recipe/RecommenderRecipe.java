package ai.cresset.jobs.recipe;

import ai.cresset.error.ConfigException;

/**
 * Everything the training of a model of clicks needs to know. Dense layers are copied and trained
 * as everywhere; the vectors of ids are on parameter servers beside the workers.
 *
 * @param recipe {@code recommender}
 * @param data the log, how its columns become ids, and how its rows are split
 * @param model the network
 * @param servers where the vectors of ids are
 * @param train the optimizer of the dense layers, its schedule, and what happens how often
 * @param spark the workers and how they are started
 * @param parallel how the workers talk
 * @param output where results go
 */
public record RecommenderRecipe(
    RecipeKind recipe,
    RecommenderDataSettings data,
    RecommenderModelSettings model,
    ServerSettings servers,
    TrainSettings train,
    SparkSettings spark,
    ParallelSettings parallel,
    OutputSettings output)
    implements Recipe {
  public RecommenderRecipe {
    RecipeKind.RECOMMENDER.require(recipe);
    Recipe.checkShares(train, spark, parallel, "row");
    if (parallel.zero() != 0) {
      throw ConfigException.value(
          "parallel.zero",
          parallel.zero(),
          "0 in this recipe: what is large lies on the parameter servers");
    }
    Recipe.checkWholeModel(parallel);
    if (train.device() == TrainSettings.DeviceChoice.CUDA) {
      throw ConfigException.value(
          "train.device", "cuda", "cpu or auto, because embeddings come from the host's memory");
    }
    if (train.precision() != TrainSettings.Precision.FLOAT32) {
      throw ConfigException.value("train.precision", "bfloat16", "float32 in this recipe");
    }
    if (train.hasOwnLoss()) {
      throw ConfigException.value(
          "train.loss", train.loss(), "default, the cross entropy of clicks, in this recipe");
    }
    String reason = "0 in this recipe, because the servers' rows stay as they are";
    if (train.findLearningRate() > 0) {
      throw ConfigException.value("train.find_learning_rate", train.findLearningRate(), reason);
    }
    if (train.averageDecay() > 0) {
      throw ConfigException.value("train.average_decay", train.averageDecay(), reason);
    }
    if (train.earlyStopping() > 0) {
      throw ConfigException.value("train.early_stopping", train.earlyStopping(), reason);
    }
  }
}
