package ai.cresset.jobs.workload;

import ai.cresset.train.Evaluation;
import java.util.Locale;

/** The figure beside the loss that people look at. */
public enum Score {
  /** Between how many tokens a language model hesitates. */
  PERPLEXITY("%.2f") {
    @Override
    public double of(Evaluation evaluation) {
      return evaluation.perplexity();
    }

    @Override
    public boolean isBetter(Evaluation one, Evaluation other) {
      return one.loss() < other.loss();
    }
  },
  /** The part of the samples whose class was found. */
  ACCURACY("%.4f") {
    @Override
    public double of(Evaluation evaluation) {
      return evaluation.score();
    }

    @Override
    public boolean isBetter(Evaluation one, Evaluation other) {
      return one.score() == other.score() ? one.loss() < other.loss() : one.score() > other.score();
    }
  },
  /** How likely a click has a higher score than none. */
  AUC("%.4f") {
    @Override
    public double of(Evaluation evaluation) {
      return evaluation.score();
    }

    @Override
    public boolean isBetter(Evaluation one, Evaluation other) {
      return one.score() > other.score();
    }
  },
  /** The part of the tokens that stand in texts which were written without an error. */
  EXACT("%.4f") {
    @Override
    public double of(Evaluation evaluation) {
      return evaluation.score();
    }

    @Override
    public boolean isBetter(Evaluation one, Evaluation other) {
      return ACCURACY.isBetter(one, other);
    }
  },
  /** The root of the mean squared error, in the label's own unit. */
  RMSE("%.4g") {
    @Override
    public double of(Evaluation evaluation) {
      return Math.sqrt(evaluation.score());
    }

    @Override
    public boolean isBetter(Evaluation one, Evaluation other) {
      return one.score() < other.score();
    }
  };

  private final String format;

  Score(String format) {
    this.format = format;
  }

  public abstract double of(Evaluation evaluation);

  /** Whether weights that gave {@code one} are to be preferred to those that gave the other. */
  public abstract boolean isBetter(Evaluation one, Evaluation other);

  /** Its name, such as {@code accuracy}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Its name and value, such as {@code accuracy 0.9731}. */
  public String describe(Evaluation evaluation) {
    return String.format(Locale.ROOT, "%s " + format, text(), of(evaluation));
  }
}
