package ai.cresset.jobs.workload;

import ai.cresset.train.Evaluation;
import java.io.Serializable;
import java.util.Locale;

/**
 * How the progress of a kind of recipe is told.
 *
 * @param samples what a sample is, plural
 * @param unit what speed is counted in
 * @param evaluated what a validation loss is a mean of
 * @param score the figure beside the loss
 */
public record Wording(String samples, String unit, String evaluated, Score score)
    implements Serializable {
  public static final Wording TEXT =
      new Wording("windows", "tokens", "tokens of validation text", Score.PERPLEXITY);
  public static final Wording IMAGES =
      new Wording("images", "images", "validation images", Score.ACCURACY);
  public static final Wording CLASSIFIED_ROWS =
      new Wording("rows", "rows", "validation rows", Score.ACCURACY);
  public static final Wording CLICKS = new Wording("rows", "rows", "validation rows", Score.AUC);
  public static final Wording CLASSIFIED_TEXTS =
      new Wording("texts", "texts", "validation texts", Score.ACCURACY);
  public static final Wording WRITTEN_TEXTS =
      new Wording("texts", "texts", "tokens of validation texts", Score.EXACT);
  public static final Wording MEASURED_ROWS =
      new Wording("rows", "rows", "validation rows", Score.RMSE);

  /** Loss and score, such as {@code loss 0.1234, accuracy 0.9731}. */
  public String figures(Evaluation evaluation) {
    return String.format(
        Locale.ROOT, "loss %.4f, %s", evaluation.loss(), score.describe(evaluation));
  }
}
