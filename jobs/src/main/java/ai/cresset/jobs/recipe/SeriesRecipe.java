package ai.cresset.jobs.recipe;

import ai.cresset.error.ConfigException;

/**
 * Everything the training of a forecaster needs to know. The figure beside the loss is the root of
 * the mean squared error, in the unit of the series.
 *
 * @param recipe {@code series}
 * @param data the series and how their time is split
 * @param model the network
 * @param train the optimizer, its schedule, and what happens how often
 * @param spark the workers and how they are started
 * @param parallel how the workers divide the work, and how they talk
 * @param output where results go
 */
public record SeriesRecipe(
    RecipeKind recipe,
    SeriesDataSettings data,
    SeriesModelSettings model,
    TrainSettings train,
    SparkSettings spark,
    ParallelSettings parallel,
    OutputSettings output)
    implements Recipe {
  public SeriesRecipe {
    RecipeKind.SERIES.require(recipe);
    if (train.hasOwnLoss() && model.loss() == SeriesModelSettings.Measure.QUANTILE) {
      throw ConfigException.value(
          "model.loss", "quantile", "another, because train.loss is a class of yours");
    }
    Recipe.checkPrecision(train, model.dtype());
    Recipe.checkShares(train, spark, parallel, "window");
    Recipe.checkWholeModel(parallel);
    Recipe.checkWholeState(train, parallel);
  }
}
