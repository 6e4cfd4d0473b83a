package ai.cresset.optim.schedule;

import ai.cresset.error.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * Up from {@code base} to {@code peak} in a straight line and down again, over and over ({@code
 * CyclicLR}; Smith 2017). The initial learning rate does not count.
 *
 * @param base the lowest learning rate
 * @param peak the highest learning rate of the first cycle
 * @param stepsUp length of the way up, at least 1
 * @param stepsDown length of the way down, at least 1
 * @param mode what becomes of the height later
 * @param gamma the factor of each step in mode {@link Mode#EXPONENTIAL}
 * @param range what the momentum moves in, against the learning rate; null if it stays
 */
public record Cyclic(
    double base,
    double peak,
    long stepsUp,
    long stepsDown,
    Mode mode,
    double gamma,
    @Nullable MomentumRange range)
    implements Schedule {
  /** What becomes of the height of a cycle. */
  public enum Mode {
    /** It stays ({@code triangular}). */
    TRIANGULAR,
    /** It is halved after each cycle ({@code triangular2}). */
    HALVING,
    /** It is multiplied by a factor after each step ({@code exp_range}). */
    EXPONENTIAL
  }

  public Cyclic {
    Steps.check("Cyclic.stepsUp", stepsUp, 1);
    Steps.check("Cyclic.stepsDown", stepsDown, 1);
    if (mode != Mode.EXPONENTIAL && gamma != 1) {
      throw ConfigException.value("Cyclic.gamma", gamma, "1 in mode " + mode);
    }
  }

  /** Cycles of equal height, as long up as down; the momentum stays. */
  public static Cyclic of(double base, double peak, long stepsUp) {
    return new Cyclic(base, peak, stepsUp, stepsUp, Mode.TRIANGULAR, 1, null);
  }

  public Cyclic withStepsDown(long value) {
    return new Cyclic(base, peak, stepsUp, value, mode, gamma, range);
  }

  /** With half the height after each cycle. */
  public Cyclic halving() {
    return new Cyclic(base, peak, stepsUp, stepsDown, Mode.HALVING, 1, range);
  }

  /** With {@code value} times the height after each step. */
  public Cyclic exponential(double value) {
    return new Cyclic(base, peak, stepsUp, stepsDown, Mode.EXPONENTIAL, value, range);
  }

  public Cyclic withMomentum(@Nullable MomentumRange value) {
    return new Cyclic(base, peak, stepsUp, stepsDown, mode, gamma, value);
  }

  @Override
  public double at(long step, double initial) {
    return base + (peak - base) * height(step) * scale(step);
  }

  @Override
  public @Nullable Schedule momentum() {
    MomentumRange moving = range;
    return moving == null
        ? null
        : (step, initial) ->
            moving.high() - (moving.high() - moving.low()) * height(step) * scale(step);
  }

  /** From 0 at the bottom to 1 at the top. */
  private double height(long step) {
    double total = (double) (stepsUp + stepsDown);
    double part = Math.floorMod(step, stepsUp + stepsDown) / total;
    double top = stepsUp / total;
    return part <= top ? part / top : (part - 1) / (top - 1);
  }

  private double scale(long step) {
    return switch (mode) {
      case TRIANGULAR -> 1;
      case HALVING -> StrictMath.pow(0.5, (double) Math.floorDiv(step, stepsUp + stepsDown));
      case EXPONENTIAL -> StrictMath.pow(gamma, (double) step);
    };
  }
}
