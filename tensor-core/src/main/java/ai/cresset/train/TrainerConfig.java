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
 * @param averageDecay how much of an exponential average of the weights stays each step;
 *     evaluations see the average, and the model ends with it. 0 for none
 */
public record TrainerConfig(
    long steps,
    long seed,
    double maxGradientNorm,
    long evaluateEvery,
    long evaluationBatchSize,
    long reportEvery,
    LoaderOptions loader,
    double averageDecay) {
  public TrainerConfig {
    atLeast("steps", steps, 1);
    atLeast("evaluateEvery", evaluateEvery, 0);
    atLeast("evaluationBatchSize", evaluationBatchSize, 1);
    atLeast("reportEvery", reportEvery, 1);
    if (!(maxGradientNorm >= 0)) {
      throw ConfigException.value("maxGradientNorm", maxGradientNorm, "at least 0");
    }
    if (!(averageDecay >= 0 && averageDecay < 1)) {
      throw ConfigException.value("averageDecay", averageDecay, "a number from 0 to below 1");
    }
  }

  private static void atLeast(String key, long value, long least) {
    if (value < least) {
      throw ConfigException.value(key, value, "at least " + least);
    }
  }

  /** Seed 0, no clipping, evaluation at start and end, a report every 10 steps, no average. */
  public static TrainerConfig of(long steps) {
    return new TrainerConfig(steps, 0, 0, 0, 64, 10, LoaderOptions.DEFAULT, 0);
  }

  public TrainerConfig withSeed(long value) {
    return new TrainerConfig(
        steps,
        value,
        maxGradientNorm,
        evaluateEvery,
        evaluationBatchSize,
        reportEvery,
        loader,
        averageDecay);
  }

  public TrainerConfig withMaxGradientNorm(double value) {
    return new TrainerConfig(
        steps, seed, value, evaluateEvery, evaluationBatchSize, reportEvery, loader, averageDecay);
  }

  /** Evaluates every {@code every} steps, {@code batchSize} samples at once. */
  public TrainerConfig withEvaluation(long every, long batchSize) {
    return new TrainerConfig(
        steps, seed, maxGradientNorm, every, batchSize, reportEvery, loader, averageDecay);
  }

  public TrainerConfig withReportEvery(long value) {
    return new TrainerConfig(
        steps,
        seed,
        maxGradientNorm,
        evaluateEvery,
        evaluationBatchSize,
        value,
        loader,
        averageDecay);
  }

  public TrainerConfig withLoader(LoaderOptions value) {
    return new TrainerConfig(
        steps,
        seed,
        maxGradientNorm,
        evaluateEvery,
        evaluationBatchSize,
        reportEvery,
        value,
        averageDecay);
  }

  /** With an exponential average of the weights, of which this much stays each step. */
  public TrainerConfig withAverage(double decay) {
    return new TrainerConfig(
        steps,
        seed,
        maxGradientNorm,
        evaluateEvery,
        evaluationBatchSize,
        reportEvery,
        loader,
        decay);
  }
}
