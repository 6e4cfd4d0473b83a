package ai.cresset.jobs.recipe;

/**
 * Everything the training of a model of table rows needs to know. Loss and figure follow from
 * {@code data.task}: cross entropy and accuracy for classes, mean squared error and its root for
 * quantities.
 *
 * @param recipe {@code table}
 * @param data the table, what its columns are and how its rows are split
 * @param model the network
 * @param train the optimizer, its schedule, and what happens how often
 * @param spark the workers and how they are started
 * @param parallel how the workers divide the work, and how they talk
 * @param output where results go
 */
public record TableRecipe(
    RecipeKind recipe,
    TableDataSettings data,
    TableModelSettings model,
    TrainSettings train,
    SparkSettings spark,
    ParallelSettings parallel,
    OutputSettings output)
    implements Recipe {
  public TableRecipe {
    RecipeKind.TABLE.require(recipe);
    Recipe.checkPrecision(train, model.dtype());
    Recipe.checkShares(train, spark, parallel, "row");
    Recipe.checkWholeModel(parallel);
    Recipe.checkWholeState(train, parallel);
  }
}
