package ai.cresset.optim.schedule;

/**
 * The learning rate times {@code gamma} after every step ({@code ExponentialLR}).
 *
 * @param gamma the factor
 */
public record ExponentialDecay(double gamma) implements Schedule {
  @Override
  public double at(long step, double initial) {
    return initial * StrictMath.pow(gamma, (double) step);
  }
}
