package ai.cresset.nn.loss;

import ai.cresset.nn.Module;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.LossReduction;
import ai.cresset.tensor.Tensor;

/**
 * What losses of an input and a target share: they give a {@link Loss}, a sum and its weight, or
 * the loss in any reduction.
 */
public abstract class TargetLoss extends Module {
  /** The loss as a sum and its weight. */
  public final Loss call(Tensor input, Tensor target) {
    return scopedLoss(() -> forward(input, target));
  }

  /** The loss in a reduction ({@code reduction} in PyTorch). */
  public final Tensor call(Tensor input, Tensor target, LossReduction reduction) {
    return scoped(() -> forward(input, target, reduction));
  }

  /** Computes the sum and its weight. */
  protected abstract Loss forward(Tensor input, Tensor target);

  /** Computes the loss in a reduction. */
  protected abstract Tensor forward(Tensor input, Tensor target, LossReduction reduction);
}
