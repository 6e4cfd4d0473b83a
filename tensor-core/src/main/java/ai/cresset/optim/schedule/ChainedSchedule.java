package ai.cresset.optim.schedule;

import ai.cresset.error.ConfigException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Several schedules at once: each starts from the rate that the one before gives for the step
 * ({@code ChainedScheduler}). Factors multiply; a schedule that does not look at the initial rate
 * belongs first.
 *
 * @param schedules at least one
 */
public record ChainedSchedule(List<Schedule> schedules) implements Schedule {
  public ChainedSchedule {
    schedules = List.copyOf(schedules);
    if (schedules.isEmpty()) {
      throw ConfigException.because("ChainedSchedule: expected at least one schedule, got none");
    }
    PureSchedules.check("ChainedSchedule", schedules);
  }

  @Override
  public double at(long step, double initial) {
    double rate = initial;
    for (Schedule each : schedules) {
      rate = each.at(step, rate);
    }
    return rate;
  }

  @Override
  public @Nullable Schedule momentum() {
    List<Schedule> moving =
        schedules.stream().flatMap(each -> PureSchedules.momentum(each).stream()).toList();
    return moving.isEmpty() ? null : new ChainedSchedule(moving);
  }
}
