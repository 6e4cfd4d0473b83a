package ai.cresset.optim.schedule;

/**
 * Half a cosine from the initial learning rate to {@code minimum}, again and again from the top
 * ({@code CosineAnnealingWarmRestarts}; Loshchilov and Hutter 2017).
 *
 * @param numSteps of the first half cosine, at least 1
 * @param growth how many times longer each one is than the one before, at least 1
 * @param minimum the learning rate at the bottom
 */
public record CosineRestarts(long numSteps, long growth, double minimum) implements Schedule {
  public CosineRestarts {
    Steps.check("CosineRestarts.numSteps", numSteps, 1);
    Steps.check("CosineRestarts.growth", growth, 1);
  }

  @Override
  public double at(long step, double initial) {
    long length = numSteps;
    long since = step;
    if (growth == 1) {
      since %= length;
    }
    while (since >= length) {
      since -= length;
      length *= growth;
    }
    return minimum + (initial - minimum) * (1 + StrictMath.cos(Math.PI * since / length)) / 2;
  }
}
