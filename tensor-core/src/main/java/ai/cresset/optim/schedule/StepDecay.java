package ai.cresset.optim.schedule;

/**
 * The learning rate times {@code gamma} after every {@code numSteps} steps ({@code StepLR}).
 *
 * @param numSteps between two changes, at least 1
 * @param gamma the factor
 */
public record StepDecay(long numSteps, double gamma) implements Schedule {
  public StepDecay {
    Steps.check("StepDecay.numSteps", numSteps, 1);
  }

  @Override
  public double at(long step, double initial) {
    long numChanges = step / numSteps;
    return initial * StrictMath.pow(gamma, (double) numChanges);
  }
}
