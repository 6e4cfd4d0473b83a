package ai.cresset.custom;

import ai.cresset.optim.schedule.MetricSchedule;
import java.util.Map;

/** Half the learning rate after each evaluation that is not better than the one before. */
final class HalveWhenWorse implements MetricSchedule {
  private double last = Double.MAX_VALUE;
  private double factor = 1;

  @Override
  public void observe(double metric) {
    factor = metric < last ? factor : factor / 2;
    last = metric;
  }

  @Override
  public double at(long step, double initial) {
    return initial * factor;
  }

  @Override
  public Map<String, Double> stateDict() {
    return Map.of("last", last, "factor", factor);
  }

  @Override
  public void loadStateDict(Map<String, Double> state) {
    last = state.getOrDefault("last", last);
    factor = state.getOrDefault("factor", factor);
  }
}
