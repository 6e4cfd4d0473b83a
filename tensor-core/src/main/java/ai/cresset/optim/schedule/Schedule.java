package ai.cresset.optim.schedule;

import org.jspecify.annotations.Nullable;

/**
 * A learning rate as a function of the step alone, so that a resumed run needs nothing but the
 * number of the step. One that also looks at a metric is a {@link MetricSchedule}.
 */
@FunctionalInterface
public interface Schedule {
  /**
   * The learning rate of a step.
   *
   * @param step 0 for the first one
   * @param initial what the parameter group was configured with
   */
  double at(long step, double initial);

  /**
   * What the momentum does meanwhile, as a schedule of its own over the momentum that the group was
   * configured with; null if it stays.
   */
  default @Nullable Schedule momentum() {
    return null;
  }
}
