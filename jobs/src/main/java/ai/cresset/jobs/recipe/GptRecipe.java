package ai.cresset.jobs.recipe;

import ai.cresset.error.ConfigException;
import ai.cresset.parallel.sequence.AttentionKind;

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
    if (model.heads() % parallel.tensor() != 0) {
      throw ConfigException.value(
          "parallel.tensor",
          parallel.tensor(),
          "a divisor of model.heads, which is " + model.heads());
    }
    checkPositions(model, parallel);
    int pieces = model.layers() + 2;
    if (parallel.pipeline() * parallel.chunks() > pieces) {
      throw ConfigException.because(
          "parallel.pipeline x parallel.chunks makes "
              + parallel.pipeline() * parallel.chunks()
              + " stages, but the model can be cut into "
              + pieces
              + " pieces: embeddings, model.layers = "
              + model.layers()
              + " blocks, head; lower them, or raise model.layers");
    }
    if (output.histograms() && parallel.dividesModel()) {
      throw ConfigException.value(
          "output.histograms",
          "true",
          "false where workers divide the model, as none has all of it");
    }
    Recipe.checkWholeState(train, parallel);
    if (train.epochs() > 0) {
      throw ConfigException.value(
          "train.epochs", train.epochs(), "0, because windows of a text are drawn without end");
    }
  }

  /** Refuses positions that the workers cannot share evenly. */
  private static void checkPositions(GptModelSettings model, ParallelSettings parallel) {
    boolean ring = AttentionKind.parse(parallel.attention()) == AttentionKind.RING;
    int sequence = parallel.sequence();
    int chunks = sequence == 1 ? 1 : ring ? 2 * sequence : sequence;
    if (model.context() % chunks != 0) {
      throw ConfigException.value(
          "model.context",
          model.context(),
          "a multiple of " + chunks + ", for parallel.sequence = " + sequence);
    }
    if (!ring && model.heads() / parallel.tensor() % sequence != 0) {
      throw ConfigException.value(
          "parallel.sequence",
          sequence,
          "with ulysses a divisor of the "
              + model.heads() / parallel.tensor()
              + " heads of a worker (model.heads / parallel.tensor); or set parallel.attention to"
              + " ring");
    }
    if (parallel.sequenceParallel() && model.context() / sequence % parallel.tensor() != 0) {
      throw ConfigException.value(
          "model.context",
          model.context(),
          "a multiple of "
              + sequence * parallel.tensor()
              + ", because parallel.sequence_parallel divides positions by parallel.tensor = "
              + parallel.tensor()
              + " too");
    }
  }
}
