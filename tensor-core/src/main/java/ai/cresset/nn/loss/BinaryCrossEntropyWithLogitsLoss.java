package ai.cresset.nn.loss;

import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.functional.Losses;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.LossReduction;
import ai.cresset.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The cross entropy of logits and targets in [0, 1], without overflow. Input and target of one
 * shape ({@code torch.nn.BCEWithLogitsLoss}).
 */
public final class BinaryCrossEntropyWithLogitsLoss extends TargetLoss {
  private final @Nullable Tensor weight;
  private final @Nullable Tensor posWeight;

  /** With PyTorch's defaults. */
  public BinaryCrossEntropyWithLogitsLoss() {
    this(null, null);
  }

  /**
   * A loss with its settings.
   *
   * @param weight how much each element counts, broadcasts, or null; a buffer of this module
   * @param posWeight how much more targets of 1 count, broadcasts, or null; a buffer of this module
   */
  public BinaryCrossEntropyWithLogitsLoss(@Nullable Tensor weight, @Nullable Tensor posWeight) {
    this.weight = weight == null ? null : buffer("weight", weight, true);
    this.posWeight = posWeight == null ? null : buffer("pos_weight", posWeight, true);
  }

  @Override
  protected Loss forward(Tensor input, Tensor target) {
    return Losses.binaryCrossEntropyWithLogits(input, target, weight, posWeight);
  }

  @Override
  protected Tensor forward(Tensor input, Tensor target, LossReduction reduction) {
    return Losses.binaryCrossEntropyWithLogits(input, target, weight, posWeight, reduction);
  }

  @Override
  public void describe(ModuleDescription description) {
    description.shape("weight", weight).shape("posWeight", posWeight);
  }
}
