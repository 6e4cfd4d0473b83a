package ai.cresset.optim.schedule;

import ai.cresset.error.CheckpointException;
import ai.cresset.error.ConfigException;
import ai.cresset.optim.Optimizer;
import ai.cresset.optim.ParameterGroup;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sets the learning rates of an optimizer's groups, each from its own initial rate. Call {@link
 * #step} after each step of the optimizer, and {@link #observe} after each evaluation.
 *
 * <p>A schedule that moves the momentum too sets the option {@code momentum} of each group, or
 * {@code beta1} where there is none.
 */
public final class LearningRateScheduler {
  private final Optimizer optimizer;
  private final Schedule schedule;
  private final @Nullable Schedule momentum;
  private final List<Double> initialMomentums = new ArrayList<>();
  private long step;

  /**
   * Sets the learning rates of step 0.
   *
   * @throws ConfigException if the schedule moves the momentum and a group has none
   */
  public LearningRateScheduler(Optimizer optimizer, Schedule schedule) {
    this.optimizer = optimizer;
    this.schedule = schedule;
    this.momentum = schedule.momentum();
    if (momentum != null) {
      optimizer.groups().forEach(group -> initialMomentums.add(group.option(momentumOf(group))));
    }
    set();
  }

  /** Goes on to the next step. */
  public void step() {
    step++;
    set();
  }

  /**
   * Hands a value of the metric to a {@link MetricSchedule} and sets the learning rates that follow
   * from it. Other schedules do not care.
   */
  public void observe(double metric) {
    if (schedule instanceof MetricSchedule metrics) {
      metrics.observe(metric);
      set();
    }
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
    Map<String, Double> state = new LinkedHashMap<>();
    state.put("step", (double) step);
    if (schedule instanceof MetricSchedule metrics) {
      state.putAll(metrics.stateDict());
    }
    return state;
  }

  /** Goes to where a state was taken. Load the optimizer's state before. */
  public void loadStateDict(Map<String, Double> state) {
    Double saved = state.get("step");
    if (saved == null) {
      throw CheckpointException.because(
          "the scheduler state has no 'step'; it has " + state.keySet());
    }
    if (schedule instanceof MetricSchedule metrics) {
      metrics.loadStateDict(state);
    }
    step = saved.longValue();
    set();
  }

  private void set() {
    int index = 0;
    for (ParameterGroup group : optimizer.groups()) {
      group.learningRate(schedule.at(step, group.initialLearningRate()));
      if (momentum != null) {
        group.with(momentumOf(group), momentum.at(step, initialMomentums.get(index++)));
      }
    }
  }

  private static String momentumOf(ParameterGroup group) {
    if (!group.has("momentum") && !group.has("beta1")) {
      throw ConfigException.because(
          "the schedule moves the momentum, and parameter group '"
              + group.name()
              + "' has neither 'momentum' nor 'beta1'; use an optimizer with momentum, or a"
              + " schedule without");
    }
    return group.has("momentum") ? "momentum" : "beta1";
  }
}
