package ai.cresset.optim.schedule;

import ai.cresset.error.ConfigException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One schedule after the other; each begins with its own step 0 ({@code SequentialLR}).
 *
 * @param schedules at least one, in their order
 * @param milestones the steps at which the next one begins: one less than schedules, rising
 */
public record SequentialSchedule(List<Schedule> schedules, List<Long> milestones)
    implements Schedule {
  public SequentialSchedule {
    schedules = List.copyOf(schedules);
    milestones = List.copyOf(milestones);
    if (milestones.size() != schedules.size() - 1) {
      throw ConfigException.because(
          "SequentialSchedule: expected one milestone less than schedules, got "
              + milestones.size()
              + " milestones and "
              + schedules.size()
              + " schedules");
    }
    long before = -1;
    for (long each : milestones) {
      Steps.check("SequentialSchedule.milestones", each, before + 1);
      before = each;
    }
    PureSchedules.check("SequentialSchedule", schedules);
  }

  @Override
  public double at(long step, double initial) {
    int index = index(step);
    return schedules.get(index).at(step - begin(index), initial);
  }

  /** Where one of the schedules has none, the momentum is the group's own. */
  @Override
  public @Nullable Schedule momentum() {
    if (schedules.stream().allMatch(each -> each.momentum() == null)) {
      return null;
    }
    return (step, initial) -> {
      int index = index(step);
      Schedule momentum = schedules.get(index).momentum();
      return momentum == null ? initial : momentum.at(step - begin(index), initial);
    };
  }

  private int index(long step) {
    return (int) milestones.stream().filter(each -> each <= step).count();
  }

  private long begin(int index) {
    return index == 0 ? 0 : milestones.get(index - 1);
  }
}
