package ai.cresset.optim.schedule;

/**
 * The initial learning rate times {@code factor} for the first steps, then the whole of it ({@code
 * ConstantLR}).
 *
 * @param factor of the first steps
 * @param numSteps how many
 */
public record ConstantFactor(double factor, long numSteps) implements Schedule {
  public ConstantFactor {
    Steps.check("ConstantFactor.numSteps", numSteps, 0);
  }

  @Override
  public double at(long step, double initial) {
    return step < numSteps ? initial * factor : initial;
  }
}
