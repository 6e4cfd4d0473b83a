package ai.cresset.optim.schedule;

import ai.cresset.error.CheckpointException;
import ai.cresset.optim.Optimizer;
import ai.cresset.optim.ParameterGroup;
import java.util.Map;

/**
 * Sets the learning rates of an optimizer's groups, each from its own initial rate. Call {@link
 * #step} after each step of the optimizer.
 */
public final class LearningRateScheduler {
  private final Optimizer optimizer;
  private final Schedule schedule;
  private long step;

  /** Sets the learning rates of step 0. */
  public LearningRateScheduler(Optimizer optimizer, Schedule schedule) {
    this.optimizer = optimizer;
    this.schedule = schedule;
    set();
  }

  /** Goes on to the next step. */
  public void step() {
    step++;
    set();
  }

  /** The step whose learning rates are set. */
  public long stepNumber() {
    return step;
  }

  /** The learning rate of the first group. */
  public double learningRate() {
    return optimizer.groups().get(0).learningRate();
  }

  /** What is needed to go on. */
  public Map<String, Double> stateDict() {
    return Map.of("step", (double) step);
  }

  /** Goes to where a state was taken. Load the optimizer's state before. */
  public void loadStateDict(Map<String, Double> state) {
    Double saved = state.get("step");
    if (saved == null) {
      throw CheckpointException.because(
          "the scheduler state has no 'step'; it has " + state.keySet());
    }
    step = saved.longValue();
    set();
  }

  private void set() {
    for (ParameterGroup group : optimizer.groups()) {
      group.learningRate(schedule.at(step, group.initialLearningRate()));
    }
  }
}
