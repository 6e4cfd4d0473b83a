package ai.cresset.train;

import ai.cresset.error.ConfigException;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Ends a run when evaluations get no better. The evaluation before the first step does not count.
 * What it remembers goes into checkpoints, so that a resumed run ends at the same step.
 */
public final class EarlyStopping implements TrainingCallback {
  private static final String BEST = "early_stopping_best";
  private static final String WAITED = "early_stopping_waited";

  private final int patience;
  private final double leastGain;
  private final ToDoubleFunction<Evaluation> measure;
  private double best = Double.POSITIVE_INFINITY;
  private int waited;

  /** Watches the loss. */
  public EarlyStopping(int patience, double leastGain) {
    this(patience, leastGain, Evaluation::loss);
  }

  /**
   * Watches any figure.
   *
   * @param patience after so many evaluations in a row without a gain the run ends
   * @param leastGain by how much a figure must be below the best one to be better
   * @param measure the figure; smaller is better
   */
  public EarlyStopping(int patience, double leastGain, ToDoubleFunction<Evaluation> measure) {
    if (patience < 1) {
      throw ConfigException.value("patience", patience, "at least 1");
    }
    if (!(leastGain >= 0)) {
      throw ConfigException.value("leastGain", leastGain, "0 or a number above");
    }
    this.patience = patience;
    this.leastGain = leastGain;
    this.measure = measure;
  }

  @Override
  public void onEvaluate(long step, Evaluation evaluation) {
    if (step == 0) {
      return;
    }
    double figure = measure.applyAsDouble(evaluation);
    if (figure < best - leastGain) {
      best = figure;
      waited = 0;
    } else {
      waited++;
    }
  }

  @Override
  public boolean stops() {
    return waited >= patience;
  }

  @Override
  public Map<String, Double> state() {
    return best < Double.POSITIVE_INFINITY
        ? Map.of(BEST, best, WAITED, (double) waited)
        : Map.of(WAITED, (double) waited);
  }

  @Override
  public void restore(Map<String, Double> state) {
    best = state.getOrDefault(BEST, Double.POSITIVE_INFINITY);
    waited = state.getOrDefault(WAITED, 0.0).intValue();
  }
}
