package ai.cresset.optim.schedule;

import ai.cresset.error.ConfigException;
import java.util.List;
import java.util.Optional;

/** The parts of schedules that are made of others. */
final class PureSchedules {
  private PureSchedules() {}

  /** A part that looks at a metric would not hear of it. */
  static void check(String owner, List<Schedule> schedules) {
    for (Schedule each : schedules) {
      if (each instanceof MetricSchedule) {
        throw ConfigException.because(
            owner
                + " does not take "
                + each.getClass().getSimpleName()
                + ", which looks at a metric; give that to the LearningRateScheduler itself");
      }
    }
  }

  static Optional<Schedule> momentum(Schedule schedule) {
    return Optional.ofNullable(schedule.momentum());
  }
}
