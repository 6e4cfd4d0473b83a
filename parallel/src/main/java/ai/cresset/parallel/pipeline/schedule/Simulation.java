package ai.cresset.parallel.pipeline.schedule;

import java.util.List;

/**
 * How a step would go.
 *
 * @param makespan from the first begin to the last end
 * @param busy time that each rank computes
 * @param peakLive the most micro-batches of a stage that each rank keeps activations of at once
 */
public record Simulation(double makespan, List<Double> busy, List<Integer> peakLive) {
  public Simulation {
    busy = List.copyOf(busy);
    peakLive = List.copyOf(peakLive);
  }

  /** The share of all ranks' time in which they wait, from 0 to 1. */
  public double bubble() {
    double computed = busy.stream().mapToDouble(Double::doubleValue).sum();
    return makespan == 0 ? 0 : 1 - computed / (makespan * busy.size());
  }
}
