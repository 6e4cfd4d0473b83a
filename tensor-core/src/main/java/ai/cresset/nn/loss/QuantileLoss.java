package ai.cresset.nn.loss;

import ai.cresset.error.ConfigException;
import ai.cresset.error.ShapeException;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.LossReduction;
import ai.cresset.tensor.Tensor;
import java.util.Arrays;

/**
 * The pinball loss of several quantiles (Koenker and Bassett, "Regression quantiles", 1978): a
 * target above its quantile q costs q times the distance, one below 1 - q times. Input {@code [...,
 * quantiles]}, target {@code [...]}; each target counts once, with the mean over its quantiles.
 */
public final class QuantileLoss extends TargetLoss {
  private final double[] quantiles;

  /**
   * A loss with its settings.
   *
   * @param quantiles each above 0 and below 1
   */
  public QuantileLoss(double... quantiles) {
    for (double each : quantiles) {
      if (!(each > 0 && each < 1)) {
        throw ConfigException.value("QuantileLoss.quantiles", each, "numbers above 0 and below 1");
      }
    }
    if (quantiles.length == 0) {
      throw ConfigException.value("QuantileLoss.quantiles", "none", "at least one");
    }
    this.quantiles = quantiles.clone();
  }

  /** The mean cost of the quantiles of each target, {@code [...]}. */
  private Tensor costs(Tensor input, Tensor target) {
    if (input.rank() != target.rank() + 1 || input.size(-1) != quantiles.length) {
      throw ShapeException.mismatch(
          "QuantileLoss",
          "an input of the target's shape and " + quantiles.length + " quantiles",
          input.shape() + " and a target of " + target.shape());
    }
    Tensor wanted = Tensor.of(quantiles, quantiles.length).to(input.dtype()).to(input.device());
    Tensor above = target.to(input.dtype()).unsqueeze(-1).sub(input);
    return above.mul(wanted).maximum(above.mul(wanted.sub(1))).mean(new int[] {-1}, false);
  }

  @Override
  protected Loss forward(Tensor input, Tensor target) {
    return new Loss(costs(input, target).sum(), target.numel());
  }

  @Override
  protected Tensor forward(Tensor input, Tensor target, LossReduction reduction) {
    Tensor costs = costs(input, target);
    return switch (reduction) {
      case NONE -> costs;
      case SUM -> costs.sum();
      case MEAN -> costs.mean();
    };
  }

  @Override
  protected String settings() {
    return Arrays.toString(quantiles);
  }

  @Override
  public void describe(ModuleDescription description) {
    description.numbers("quantiles", quantiles);
  }
}
