package ai.cresset.jobs.train;

import ai.cresset.optim.schedule.MetricSchedule;
import ai.cresset.optim.schedule.Schedule;
import java.util.ArrayList;
import java.util.List;

/** What a schedule makes of the first steps. */
record LearningRates(Schedule schedule) {
  /** The learning rate of each, with an evaluation after every step that is no better. */
  List<Double> first(int steps, double initial) {
    List<Double> rates = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      rates.add(schedule.at(step, initial));
      if (schedule instanceof MetricSchedule observer) {
        observer.observe(1);
      }
    }
    return rates;
  }
}
