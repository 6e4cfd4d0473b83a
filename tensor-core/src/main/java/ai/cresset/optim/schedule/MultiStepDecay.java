package ai.cresset.optim.schedule;

import java.util.List;

/**
 * The learning rate times {@code gamma} at each milestone ({@code MultiStepLR}).
 *
 * @param milestones steps; one that stands twice counts twice
 * @param gamma the factor
 */
public record MultiStepDecay(List<Long> milestones, double gamma) implements Schedule {
  public MultiStepDecay {
    milestones = List.copyOf(milestones);
    milestones.forEach(each -> Steps.check("MultiStepDecay.milestones", each, 0));
  }

  @Override
  public double at(long step, double initial) {
    long numChanges = milestones.stream().filter(each -> each <= step).count();
    return initial * StrictMath.pow(gamma, (double) numChanges);
  }
}
