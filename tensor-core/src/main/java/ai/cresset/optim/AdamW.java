package ai.cresset.optim;

import java.util.List;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2019; {@code torch.optim.AdamW}): the
 * parameter shrinks by {@code lr * weight_decay} of itself each step, whatever its gradient.
 */
public final class AdamW extends Adam {
  public AdamW(List<ParameterGroup> groups, Adam.Config config) {
    super(groups, config, true);
  }

  /** PyTorch's defaults for AdamW: betas 0.9 and 0.999, weight decay 0.01. */
  public static Adam.Config config(double learningRate) {
    return Adam.Config.of(learningRate).withWeightDecay(0.01);
  }
}
