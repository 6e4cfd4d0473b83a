package ai.cresset.optim.schedule;

/**
 * From the initial learning rate to 0 as a power of the part that is left ({@code PolynomialLR}).
 *
 * @param numSteps until 0, at least 1
 * @param power 1 for a straight line
 */
public record Polynomial(long numSteps, double power) implements Schedule {
  public Polynomial {
    Steps.check("Polynomial.numSteps", numSteps, 1);
  }

  @Override
  public double at(long step, double initial) {
    double left = 1 - (double) Math.min(step, numSteps) / numSteps;
    return initial * StrictMath.pow(left, power);
  }
}
