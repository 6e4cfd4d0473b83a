package ai.cresset.optim.schedule;

import ai.cresset.error.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * Once up to {@code peak} and down far below where it began ({@code OneCycleLR}; Smith and Topin
 * 2018). It begins with {@code peak / startDivisor} and ends with that over {@code finalDivisor};
 * the initial learning rate does not count. After the last step it stays.
 *
 * @param peak the highest learning rate
 * @param numSteps of the whole, at least 1
 * @param rising the part of the steps that goes up, in [0, 1]
 * @param annealing the shape of the ways
 * @param startDivisor the peak over the first learning rate, above 0
 * @param finalDivisor the first learning rate over the last one, above 0
 * @param threePhase down to the first learning rate as fast as up, and only then below it
 * @param range what the momentum moves in, against the learning rate; null if it stays
 */
public record OneCycle(
    double peak,
    long numSteps,
    double rising,
    Annealing annealing,
    double startDivisor,
    double finalDivisor,
    boolean threePhase,
    @Nullable MomentumRange range)
    implements Schedule {
  public OneCycle {
    Steps.check("OneCycle.numSteps", numSteps, 1);
    if (!(rising >= 0 && rising <= 1)) {
      throw ConfigException.value("OneCycle.rising", rising, "a number from 0 to 1");
    }
    if (!(startDivisor > 0 && finalDivisor > 0)) {
      throw ConfigException.because(
          "OneCycle: expected divisors above 0, got " + startDivisor + " and " + finalDivisor);
    }
  }

  /** PyTorch's defaults: 30 % up, half cosines, divisors 25 and 10,000; the momentum stays. */
  public static OneCycle of(double peak, long numSteps) {
    return new OneCycle(peak, numSteps, 0.3, Annealing.COSINE, 25, 1e4, false, null);
  }

  public OneCycle withRising(double value) {
    return new OneCycle(
        peak, numSteps, value, annealing, startDivisor, finalDivisor, threePhase, range);
  }

  public OneCycle withAnnealing(Annealing value) {
    return new OneCycle(
        peak, numSteps, rising, value, startDivisor, finalDivisor, threePhase, range);
  }

  public OneCycle withDivisors(double start, double last) {
    return new OneCycle(peak, numSteps, rising, annealing, start, last, threePhase, range);
  }

  public OneCycle withThreePhase(boolean value) {
    return new OneCycle(
        peak, numSteps, rising, annealing, startDivisor, finalDivisor, value, range);
  }

  public OneCycle withMomentum(@Nullable MomentumRange value) {
    return new OneCycle(
        peak, numSteps, rising, annealing, startDivisor, finalDivisor, threePhase, value);
  }

  @Override
  public double at(long step, double initial) {
    double first = peak / startDivisor;
    return between(step, first, peak, first / finalDivisor);
  }

  @Override
  public @Nullable Schedule momentum() {
    MomentumRange moving = range;
    return moving == null
        ? null
        : (step, initial) -> between(step, moving.high(), moving.low(), moving.high());
  }

  /** A value that goes from {@code first} to {@code top} to {@code last}. */
  private double between(long step, double first, double top, double last) {
    double summit = rising * numSteps - 1;
    double end = numSteps - 1.0;
    if (step <= summit) {
      return way(step, 0, summit, first, top);
    }
    if (!threePhase) {
      return way(step, summit, end, top, last);
    }
    double valley = 2 * rising * numSteps - 2;
    return step <= valley
        ? way(step, summit, valley, top, first)
        : way(step, valley, end, first, last);
  }

  private double way(long step, double from, double to, double start, double end) {
    double part = to <= from ? 1 : Math.min(1, (step - from) / (to - from));
    return annealing.between(start, end, part);
  }
}
