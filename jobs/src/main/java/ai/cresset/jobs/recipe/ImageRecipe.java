package ai.cresset.jobs.recipe;

import ai.cresset.error.ConfigException;

/**
 * Everything the training of an image classifier needs to know. The loss is the cross entropy, the
 * figure beside it the accuracy.
 *
 * @param recipe {@code image}
 * @param data the images and how they are split
 * @param model the network
 * @param train the optimizer, its schedule, and what happens how often
 * @param spark the workers and how they are started
 * @param parallel how the workers divide the work, and how they talk
 * @param output where results go
 */
public record ImageRecipe(
    RecipeKind recipe,
    ImageDataSettings data,
    ImageModelSettings model,
    TrainSettings train,
    SparkSettings spark,
    ParallelSettings parallel,
    OutputSettings output)
    implements Recipe {
  public ImageRecipe {
    RecipeKind.IMAGE.require(recipe);
    if (data.classWeights() != ClassWeighting.NONE && train.hasOwnLoss()) {
      throw ConfigException.value(
          "data.class_weights", "balanced", "none, because train.loss names a loss of your own");
    }
    Recipe.checkPrecision(train, model.dtype());
    Recipe.checkShares(train, spark, parallel, "image");
    Recipe.checkWholeModel(parallel);
    Recipe.checkWholeState(train, parallel);
    if (train.hasOwnLoss() && data.classWeights() != ClassWeighting.NONE) {
      throw ConfigException.value(
          "data.class_weights", "balanced", "none, because train.loss is a class of yours");
    }
  }
}
