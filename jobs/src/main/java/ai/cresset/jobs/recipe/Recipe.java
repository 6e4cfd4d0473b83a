package ai.cresset.jobs.recipe;

import ai.cresset.error.ConfigException;
import ai.cresset.jobs.config.RecipePrinter;
import ai.cresset.jobs.config.RecipeReader;
import ai.cresset.parallel.mesh.ParallelDims;
import ai.cresset.parallel.strategy.ParallelOptions;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything a training needs to know. The sections that are here are those of every kind; {@link
 * RecipeKind} names the kinds.
 */
public interface Recipe extends Serializable {
  /** What is trained on what. */
  RecipeKind recipe();

  /** The section {@code model}, which each kind has its own of. */
  Record model();

  /** The optimizer, its schedule, and what happens how often. */
  TrainSettings train();

  /** The workers and how they are started. */
  SparkSettings spark();

  /** How the workers divide the work, and how they talk. */
  ParallelSettings parallel();

  /** Where results go. */
  OutputSettings output();

  /** All settings as YAML, from which an equal recipe can be read. */
  default String toYaml() {
    return RecipePrinter.print((Record) this);
  }

  /**
   * Reads a recipe of any kind, with {@code key=value} overrides.
   *
   * @throws ConfigException on a key or value that does not fit; the text names place and key
   */
  static Recipe read(Path file, List<String> overrides) {
    Map<String, Class<? extends Recipe>> kinds = new LinkedHashMap<>();
    for (RecipeKind kind : RecipeKind.values()) {
      kinds.put(kind.text(), kind.type());
    }
    return RecipeReader.read("recipe", kinds, file, overrides);
  }

  /** Refuses a precision that would change nothing: float64 is never lowered. */
  static void checkPrecision(TrainSettings train, FloatType dtype) {
    if (train.precision() != TrainSettings.Precision.FLOAT32 && dtype == FloatType.FLOAT64) {
      throw ConfigException.value(
          "train.precision",
          "bfloat16",
          "float32, because model.dtype is float64, which keeps its precision");
    }
  }

  /** Refuses to divide the model of a recipe that has no plan for it. */
  static void checkWholeModel(ParallelSettings parallel) {
    if (parallel.dividesModel()) {
      throw ConfigException.because(
          "parallel.tensor, parallel.sequence and parallel.pipeline: expected 1 in this recipe, whose"
              + " model is not divided, got "
              + parallel.tensor()
              + ", "
              + parallel.sequence()
              + " and "
              + parallel.pipeline()
              + "; give these workers to parallel.data or parallel.shard");
    }
  }

  /** Refuses to cut the state of a run that looks at all of it. */
  static void checkWholeState(TrainSettings train, ParallelSettings parallel) {
    if (parallel.zero() == 0 && !parallel.dividesModel()) {
      return;
    }
    String reason =
        parallel.zero() == 0
            ? "0, because workers divide the model (parallel.tensor, sequence, pipeline)"
            : "0, because parallel.zero is " + parallel.zero() + ", which cuts the state";
    if (train.averageDecay() > 0) {
      throw ConfigException.value("train.average_decay", train.averageDecay(), reason);
    }
    if (train.findLearningRate() > 0) {
      throw ConfigException.value("train.find_learning_rate", train.findLearningRate(), reason);
    }
    if (train.earlyStopping() > 0 && parallel.dividesModel()) {
      throw ConfigException.value("train.early_stopping", train.earlyStopping(), reason);
    }
  }

  /** Refuses workers that the axes do not make, and a batch that leaves some without work. */
  static void checkShares(
      TrainSettings train, SparkSettings spark, ParallelSettings parallel, String sample) {
    ParallelDims dims = parallel.dims(spark.workers());
    ParallelOptions options = ParallelOptions.of(dims, parallel.zero());
    if (dims.pipeline() > 1) {
      options.withPipeline(parallel.pipelineOptions());
    }
    int shares = dims.dataRanks();
    if (train.globalBatch() < shares) {
      throw ConfigException.value(
          "train.global_batch",
          train.globalBatch(),
          "at least one "
              + sample
              + (shares == spark.workers()
                  ? " for each of the " + shares + " workers (spark.workers)"
                  : " for each of " + shares + " shares (parallel.data x parallel.shard)"));
    }
  }
}
