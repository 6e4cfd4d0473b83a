package ai.cresset.nn.loss;

import ai.cresset.nn.Module;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.functional.AlignmentLosses;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.LossReduction;
import ai.cresset.tensor.Tensor;

/**
 * Connectionist temporal classification (Graves et al. 2006). Log-probabilities {@code [time,
 * batch, classes]}, targets {@code [batch, length]} or one after the other {@code [total]}, lengths
 * {@code [batch]} ({@code torch.nn.CTCLoss}).
 */
public final class CtcLoss extends Module {
  private final long blank;
  private final boolean zeroInfinity;

  /** With PyTorch's defaults: blank 0, zeroInfinity false. */
  public CtcLoss() {
    this(0, false);
  }

  /**
   * A loss with its settings.
   *
   * @param blank the class that stands for no label
   * @param zeroInfinity whether targets that fit no alignment count for nothing
   */
  public CtcLoss(long blank, boolean zeroInfinity) {
    this.blank = blank;
    this.zeroInfinity = zeroInfinity;
  }

  /** The loss as a sum and its weight. */
  public Loss call(
      Tensor logProbabilities, Tensor targets, Tensor inputLengths, Tensor targetLengths) {
    return scopedLoss(
        () ->
            AlignmentLosses.ctcLoss(
                logProbabilities, targets, inputLengths, targetLengths, blank, zeroInfinity));
  }

  /** The loss in a reduction. */
  public Tensor call(
      Tensor logProbabilities,
      Tensor targets,
      Tensor inputLengths,
      Tensor targetLengths,
      LossReduction reduction) {
    return scoped(
        () ->
            AlignmentLosses.ctcLoss(
                logProbabilities,
                targets,
                inputLengths,
                targetLengths,
                blank,
                zeroInfinity,
                reduction));
  }

  @Override
  public void describe(ModuleDescription description) {
    description.integer("blank", blank).flag("zeroInfinity", zeroInfinity);
  }
}
