package ai.cresset.train;

import ai.cresset.data.LoaderOptions;
import ai.cresset.error.ConfigException;

/**
 * Settings of the loop.
 *
 * @param steps optimizer steps of the whole run, those before a resume included
 * @param seed of the generators of all ranks, which dropout draws from
 * @param maxGradientNorm gradients are scaled down to this norm; 0 for never
 * @param evaluateEvery steps between evaluations; 0 for only at the start and at the end
 * @param evaluationBatchSize samples evaluated at once, over all ranks
 * @param reportEvery steps between reports of progress
 * @param loader how samples are read
 */
public record TrainerConfig(
    long steps,
    long seed,
    double maxGradientNorm,
    long evaluateEvery,
    long evaluationBatchSize,
    long reportEvery,
    LoaderOptions loader) {
  public TrainerConfig {
    atLeast("steps", steps, 1);
    atLeast("evaluateEvery", evaluateEvery, 0);
    atLeast("evaluationBatchSize", evaluationBatchSize, 1);
    atLeast("reportEvery", reportEvery, 1);
    if (!(maxGradientNorm >= 0)) {
      throw ConfigException.value("maxGradientNorm", maxGradientNorm, "at least 0");
    }
  }

  private static void atLeast(String key, long value, long least) {
    if (value < least) {
      throw ConfigException.value(key, value, "at least " + least);
    }
  }

  /** Seed 0, no clipping, evaluation at start and end, a report every 10 steps. */
  public static TrainerConfig of(long steps) {
    return new TrainerConfig(steps, 0, 0, 0, 64, 10, LoaderOptions.DEFAULT);
  }

  public TrainerConfig withSeed(long value) {
    return new TrainerConfig(
        steps, value, maxGradientNorm, evaluateEvery, evaluationBatchSize, reportEvery, loader);
  }

  public TrainerConfig withMaxGradientNorm(double value) {
    return new TrainerConfig(
        steps, seed, value, evaluateEvery, evaluationBatchSize, reportEvery, loader);
  }

  /** Evaluates every {@code every} steps, {@code batchSize} samples at once. */
  public TrainerConfig withEvaluation(long every, long batchSize) {
    return new TrainerConfig(steps, seed, maxGradientNorm, every, batchSize, reportEvery, loader);
  }

  public TrainerConfig withReportEvery(long value) {
    return new TrainerConfig(
        steps, seed, maxGradientNorm, evaluateEvery, evaluationBatchSize, value, loader);
  }

  public TrainerConfig withLoader(LoaderOptions value) {
    return new TrainerConfig(
        steps, seed, maxGradientNorm, evaluateEvery, evaluationBatchSize, reportEvery, value);
  }
}
