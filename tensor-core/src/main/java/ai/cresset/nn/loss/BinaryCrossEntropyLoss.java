package ai.cresset.nn.loss;

import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.functional.Losses;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.LossReduction;
import ai.cresset.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The cross entropy of probabilities and targets in [0, 1]. Input and target of one shape ({@code
 * torch.nn.BCELoss}).
 */
public final class BinaryCrossEntropyLoss extends TargetLoss {
  private final @Nullable Tensor weight;

  /** With PyTorch's defaults. */
  public BinaryCrossEntropyLoss() {
    this(null);
  }

  /**
   * A loss with its settings.
   *
   * @param weight how much each element counts, broadcasts, or null; a buffer of this module
   */
  public BinaryCrossEntropyLoss(@Nullable Tensor weight) {
    this.weight = weight == null ? null : buffer("weight", weight, true);
  }

  @Override
  protected Loss forward(Tensor input, Tensor target) {
    return Losses.binaryCrossEntropy(input, target, weight);
  }

  @Override
  protected Tensor forward(Tensor input, Tensor target, LossReduction reduction) {
    return Losses.binaryCrossEntropy(input, target, weight, reduction);
  }

  @Override
  public void describe(ModuleDescription description) {
    description.shape("weight", weight);
  }
}
