package ai.cresset.train;

import ai.cresset.data.BatchPlan;
import ai.cresset.data.Dataset;
import ai.cresset.nn.Module;
import ai.cresset.optim.Optimizer;
import ai.cresset.optim.schedule.Schedule;
import org.jspecify.annotations.Nullable;

/**
 * What is trained, on what. The caller owns all of it and closes it after the run.
 *
 * @param model what is trained
 * @param optimizer over the model's parameters
 * @param schedule the learning rate of each step; records print what they are, which checkpoints
 *     remember
 * @param objective what is minimised
 * @param training the samples to train on
 * @param plan which of them make up each step
 * @param validation the samples to evaluate on, all of them each time; null for none
 * @param unit what one sample counts for in reports of speed
 */
public record TrainingTask(
    Module model,
    Optimizer optimizer,
    Schedule schedule,
    Objective objective,
    Dataset training,
    BatchPlan plan,
    @Nullable Dataset validation,
    Unit unit) {
  /**
   * What speed is counted in.
   *
   * @param name plural, such as {@code tokens}
   * @param perSample how many a sample has
   */
  public record Unit(String name, long perSample) {
    /** Samples themselves. */
    public static final Unit SAMPLES = new Unit("samples", 1);

    /** Tokens, of windows of this length. */
    public static Unit tokens(long windowLength) {
      return new Unit("tokens", windowLength);
    }
  }
}
