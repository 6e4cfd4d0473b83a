package ai.cresset.optim.schedule;

/**
 * From {@code startFactor} to {@code endFactor} of the initial learning rate in a straight line,
 * then constant ({@code LinearLR}).
 *
 * @param startFactor of step 0
 * @param endFactor of step {@code numSteps} and later ones
 * @param numSteps length of the line, at least 1
 */
public record LinearFactor(double startFactor, double endFactor, long numSteps)
    implements Schedule {
  public LinearFactor {
    Steps.check("LinearFactor.numSteps", numSteps, 1);
  }

  @Override
  public double at(long step, double initial) {
    double part = (double) Math.min(step, numSteps) / numSteps;
    return initial * (startFactor + (endFactor - startFactor) * part);
  }
}
