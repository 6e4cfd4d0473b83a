package ai.cresset.nn.loss;

import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.functional.Losses;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.LossReduction;
import ai.cresset.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The negative log-likelihood of the right class. Input log-probabilities {@code [batch, classes,
 * ...]}, target int64 {@code [batch, ...]} ({@code torch.nn.NLLLoss}).
 */
public final class NllLoss extends TargetLoss {
  private final long ignoreIndex;
  private final @Nullable Tensor weight;

  /** With PyTorch's defaults: ignoreIndex Losses.IGNORE_INDEX. */
  public NllLoss() {
    this(Losses.IGNORE_INDEX, null);
  }

  /**
   * A loss with its settings.
   *
   * @param ignoreIndex the target that does not count
   * @param weight how much each class counts, {@code [classes]}, or null; a buffer of this module
   */
  public NllLoss(long ignoreIndex, @Nullable Tensor weight) {
    this.ignoreIndex = ignoreIndex;
    this.weight = weight == null ? null : buffer("weight", weight, true);
  }

  @Override
  protected Loss forward(Tensor input, Tensor target) {
    return Losses.nllLoss(input, target, weight, ignoreIndex);
  }

  @Override
  protected Tensor forward(Tensor input, Tensor target, LossReduction reduction) {
    return Losses.nllLoss(input, target, weight, ignoreIndex, reduction);
  }

  @Override
  public void describe(ModuleDescription description) {
    description.integer("ignoreIndex", ignoreIndex).shape("weight", weight);
  }
}
