package ai.cresset.jobs.recipe;

/**
 * Everything the training of a classifier of sounds needs to know. The loss is the cross entropy,
 * the figure beside it the accuracy.
 *
 * @param recipe {@code audio}
 * @param data the sounds and how they are split
 * @param model the network
 * @param train the optimizer, its schedule, and what happens how often
 * @param spark the workers and how they are started
 * @param parallel how the workers divide the work, and how they talk
 * @param output where results go
 */
public record AudioRecipe(
    RecipeKind recipe,
    AudioDataSettings data,
    AudioModelSettings model,
    TrainSettings train,
    SparkSettings spark,
    ParallelSettings parallel,
    OutputSettings output)
    implements Recipe {
  public AudioRecipe {
    RecipeKind.AUDIO.require(recipe);
    Recipe.checkPrecision(train, model.dtype());
    Recipe.checkShares(train, spark, parallel, "sound");
    Recipe.checkWholeModel(parallel);
    Recipe.checkWholeState(train, parallel);
  }
}
