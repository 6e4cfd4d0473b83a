package ai.cresset.optim.schedule;

/**
 * Half a cosine from the initial learning rate to {@code minimum}, and back, and so on ({@code
 * CosineAnnealingLR}; Loshchilov and Hutter 2017). {@link WarmUpCosine} stays at the minimum.
 *
 * @param numSteps from the top to the bottom, at least 1
 * @param minimum the learning rate at the bottom
 */
public record CosineAnnealing(long numSteps, double minimum) implements Schedule {
  public CosineAnnealing {
    Steps.check("CosineAnnealing.numSteps", numSteps, 1);
  }

  @Override
  public double at(long step, double initial) {
    return minimum + (initial - minimum) * (1 + StrictMath.cos(Math.PI * step / numSteps)) / 2;
  }
}
