package ai.cresset.jobs.recipe;

import ai.cresset.error.ConfigException;
import ai.cresset.jobs.recipe.GenerativeModelSettings.Kind;

/**
 * Everything the training of a network that makes images needs to know. The loss of an autoencoder
 * is the mean squared error of elements from 0 to 1, that of a VAE the negative evidence lower
 * bound of an image in nats. A GAN has two losses, and is judged by the energy distance of its
 * images from real ones.
 *
 * @param recipe {@code generative}
 * @param data the images and how they are split
 * @param model the network
 * @param train the optimizer, its schedule, and what happens how often
 * @param spark the workers and how they are started
 * @param parallel how the workers divide the work, and how they talk
 * @param output where results go
 */
public record GenerativeRecipe(
    RecipeKind recipe,
    GenerativeDataSettings data,
    GenerativeModelSettings model,
    TrainSettings train,
    SparkSettings spark,
    ParallelSettings parallel,
    OutputSettings output)
    implements Recipe {
  public GenerativeRecipe {
    RecipeKind.GENERATIVE.require(recipe);
    Recipe.checkPrecision(train, model.dtype());
    Recipe.checkShares(train, spark, parallel, "image");
    Recipe.checkWholeModel(parallel);
    Recipe.checkWholeState(train, parallel);
    if (model.kind() != Kind.AUTOENCODER && train.hasOwnLoss()) {
      throw ConfigException.value(
          "train.loss",
          "'" + train.loss() + "'",
          "default, because the loss of a vae or a gan is no comparison of two images");
    }
    if (model.kind() == Kind.GAN) {
      checkTurns(train, parallel);
    }
  }

  private static void checkTurns(TrainSettings train, ParallelSettings parallel) {
    if (parallel.zero() > 0) {
      throw ConfigException.value(
          "parallel.zero",
          parallel.zero(),
          "0, because the two parts of a gan take turns, which needs all state on each worker");
    }
    if (train.findLearningRate() > 0) {
      throw ConfigException.value(
          "train.find_learning_rate",
          train.findLearningRate(),
          "0, because the losses of a gan do not say how well it learns");
    }
  }
}
