package ai.cresset.optim.schedule;

/**
 * From the initial learning rate to the one that weights are averaged at, then constant ({@code
 * SWALR}; Izmailov et al. 2018). Usually the last part of a {@link SequentialSchedule}.
 *
 * @param rate the learning rate while weights are averaged
 * @param numSteps until it is reached, at least 0
 * @param annealing the shape of the way
 */
public record AveragingRate(double rate, long numSteps, Annealing annealing) implements Schedule {
  public AveragingRate {
    Steps.check("AveragingRate.numSteps", numSteps, 0);
  }

  @Override
  public double at(long step, double initial) {
    double part = numSteps == 0 ? 1 : Math.min(1, (double) step / numSteps);
    return annealing.between(initial, rate, part);
  }
}
