package ai.cresset.optim.schedule;

import java.util.Map;

/**
 * A learning rate that depends on how a metric goes, such as the loss of an evaluation. What it
 * remembers of the metric is its state; between two observations it is a function of the step.
 */
public interface MetricSchedule extends Schedule {
  /** Takes notice of a new value of the metric. */
  void observe(double metric);

  /** What it remembers. Numbers are finite. */
  Map<String, Double> stateDict();

  /**
   * Goes to where a state was taken.
   *
   * @throws ai.cresset.error.CheckpointException if the state lacks a number
   */
  void loadStateDict(Map<String, Double> state);
}
