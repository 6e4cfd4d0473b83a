package ai.cresset.optim.schedule;

/**
 * A learning rate as a function of the step alone, so that a resumed run needs nothing but the
 * number of the step.
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
}
