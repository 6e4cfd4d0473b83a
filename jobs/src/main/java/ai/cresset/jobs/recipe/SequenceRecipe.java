package ai.cresset.jobs.recipe;

import ai.cresset.error.ConfigException;
import ai.cresset.jobs.recipe.SequenceDataSettings.Task;

/**
 * Everything that the training of a model of texts needs to know: of a classifier, or of one that
 * writes a text from another. The loss is the cross entropy of classes or tokens, the figure beside
 * it the accuracy, or the part that was written without an error.
 *
 * @param recipe {@code sequence}
 * @param data the texts and how they are split
 * @param model the network
 * @param train the optimizer, its schedule, and what happens how often
 * @param spark the workers and how they are started
 * @param parallel how the workers divide the work, and how they talk
 * @param output where results go
 */
public record SequenceRecipe(
    RecipeKind recipe,
    SequenceDataSettings data,
    SequenceModelSettings model,
    TrainSettings train,
    SparkSettings spark,
    ParallelSettings parallel,
    OutputSettings output)
    implements Recipe {
  public SequenceRecipe {
    RecipeKind.SEQUENCE.require(recipe);
    Recipe.checkPrecision(train, model.dtype());
    Recipe.checkShares(train, spark, parallel, "text");
    Recipe.checkWholeModel(parallel);
    Recipe.checkWholeState(train, parallel);
    if (data.task() == Task.TRANSLATION && model.kind() != SequenceModelSettings.Kind.TRANSFORMER) {
      throw ConfigException.value(
          "model.kind",
          model.kind().name().toLowerCase(java.util.Locale.ROOT),
          "transformer, because data.task is translation");
    }
  }
}
