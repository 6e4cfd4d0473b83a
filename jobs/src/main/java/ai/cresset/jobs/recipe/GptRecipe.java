package ai.cresset.jobs.recipe;

import ai.cresset.error.ConfigException;

/**
 * Everything a GPT language model's training needs to know.
 *
 * @param recipe {@code gpt}
 * @param data the text and how it is split
 * @param model the network
 * @param train the optimizer, its schedule, and what happens how often
 * @param spark the workers and how they are started
 * @param parallel how the workers divide the work, and how they talk
 * @param sample the text written at the end
 * @param output where results go
 */
public record GptRecipe(
    RecipeKind recipe,
    TextDataSettings data,
    GptModelSettings model,
    TrainSettings train,
    SparkSettings spark,
    ParallelSettings parallel,
    SampleSettings sample,
    OutputSettings output)
    implements Recipe {
  public GptRecipe {
    RecipeKind.GPT.require(recipe);
    Recipe.checkPrecision(train, model.dtype());
    Recipe.checkShares(train, spark, parallel, "window");
    Recipe.checkWholeState(train, parallel);
    if (train.epochs() > 0) {
      throw ConfigException.value(
          "train.epochs", train.epochs(), "0, because windows of a text are drawn without end");
    }
  }

  @Override
  public <T> T choose(Cases<T> cases) {
    return cases.gpt(this);
  }
}
