package ai.cresset.optim.schedule;

import ai.cresset.error.CheckpointException;
import ai.cresset.error.ConfigException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Lowers the learning rate whenever a metric has stopped to get better ({@code ReduceLROnPlateau}).
 * The rate is a function of how often it was lowered and of the initial one.
 */
public final class ReduceOnPlateau implements MetricSchedule {
  private static final String BEST = "best";
  private static final String BAD = "num_bad_epochs";
  private static final String COOLDOWN = "cooldown_counter";
  private static final String REDUCTIONS = "num_reductions";

  private final Config config;
  private double best;
  private long numBad;
  private long cooldownLeft;
  private long numReductions;

  public ReduceOnPlateau(Config config) {
    this.config = config;
    this.best = config.mode().worst();
  }

  /** Which way is better. */
  public enum Mode {
    /** Losses. */
    MIN,
    /** Accuracies. */
    MAX;

    private double worst() {
      return this == MIN ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
    }
  }

  /** What a threshold is counted in. */
  public enum ThresholdMode {
    /** Parts of the best value so far ({@code rel}). */
    RELATIVE,
    /** The metric's own unit ({@code abs}). */
    ABSOLUTE
  }

  /**
   * Settings.
   *
   * @param mode which way is better
   * @param factor what the rate is multiplied with, below 1
   * @param patience observations in a row that may be no better
   * @param threshold what a value must be better by to count
   * @param thresholdMode what the threshold is counted in
   * @param cooldown observations after a reduction that do not count
   * @param minimum the lowest learning rate
   * @param epsilon reductions that are no larger are left out
   */
  public record Config(
      Mode mode,
      double factor,
      long patience,
      double threshold,
      ThresholdMode thresholdMode,
      long cooldown,
      double minimum,
      double epsilon) {
    public Config {
      if (!(factor < 1)) {
        throw ConfigException.value("ReduceOnPlateau.factor", factor, "a number below 1");
      }
      Steps.check("ReduceOnPlateau.patience", patience, 0);
      Steps.check("ReduceOnPlateau.cooldown", cooldown, 0);
    }

    /** PyTorch's defaults: a tenth after more than 10 observations without a better one. */
    public static Config of(Mode mode) {
      return new Config(mode, 0.1, 10, 1e-4, ThresholdMode.RELATIVE, 0, 0, 1e-8);
    }

    public Config withFactor(double value) {
      return new Config(
          mode, value, patience, threshold, thresholdMode, cooldown, minimum, epsilon);
    }

    public Config withPatience(long value) {
      return new Config(mode, factor, value, threshold, thresholdMode, cooldown, minimum, epsilon);
    }

    public Config withThreshold(double value, ThresholdMode unit) {
      return new Config(mode, factor, patience, value, unit, cooldown, minimum, epsilon);
    }

    public Config withCooldown(long value) {
      return new Config(mode, factor, patience, threshold, thresholdMode, value, minimum, epsilon);
    }

    public Config withMinimum(double value) {
      return new Config(mode, factor, patience, threshold, thresholdMode, cooldown, value, epsilon);
    }

    public Config withEpsilon(double value) {
      return new Config(mode, factor, patience, threshold, thresholdMode, cooldown, minimum, value);
    }
  }

  @Override
  public void observe(double metric) {
    if (isBetter(metric)) {
      best = metric;
      numBad = 0;
    } else {
      numBad++;
    }
    if (cooldownLeft > 0) {
      cooldownLeft--;
      numBad = 0;
    }
    if (numBad > config.patience()) {
      numReductions++;
      cooldownLeft = config.cooldown();
      numBad = 0;
    }
  }

  private boolean isBetter(double metric) {
    double threshold = config.threshold();
    boolean relative = config.thresholdMode() == ThresholdMode.RELATIVE;
    return switch (config.mode()) {
      case MIN -> metric < (relative ? best * (1 - threshold) : best - threshold);
      case MAX -> metric > (relative ? best * (1 + threshold) : best + threshold);
    };
  }

  @Override
  public double at(long step, double initial) {
    double rate = initial;
    for (long i = 0; i < numReductions; i++) {
      double lower = Math.max(rate * config.factor(), config.minimum());
      if (!(rate - lower > config.epsilon())) {
        break;
      }
      rate = lower;
    }
    return rate;
  }

  /** How often the rate was lowered, attempts below the minimum included. */
  public long numReductions() {
    return numReductions;
  }

  @Override
  public Map<String, Double> stateDict() {
    Map<String, Double> state = new LinkedHashMap<>();
    if (Double.isFinite(best)) {
      state.put(BEST, best);
    }
    state.put(BAD, (double) numBad);
    state.put(COOLDOWN, (double) cooldownLeft);
    state.put(REDUCTIONS, (double) numReductions);
    return state;
  }

  @Override
  public void loadStateDict(Map<String, Double> state) {
    long bad = number(state, BAD);
    long cooldown = number(state, COOLDOWN);
    numReductions = number(state, REDUCTIONS);
    numBad = bad;
    cooldownLeft = cooldown;
    best = state.getOrDefault(BEST, config.mode().worst());
  }

  private static long number(Map<String, Double> state, String name) {
    Double number = state.get(name);
    if (number == null) {
      throw CheckpointException.because(
          "the state of ReduceOnPlateau has no '" + name + "'; it has " + state.keySet());
    }
    return number.longValue();
  }
}
