package ai.cresset.optim;

import ai.cresset.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2019; {@code torch.optim.AdamW}): the
 * parameter shrinks by {@code lr * weight_decay} of itself each step, whatever its gradient.
 */
public final class AdamW extends Adam {
  /** With PyTorch's other defaults, over {@code Module.namedParameters()} in one group. */
  public AdamW(Map<String, ? extends Tensor> parameters, double learningRate) {
    this(parameters, config(learningRate));
  }

  /** Over {@code Module.namedParameters()} in one group. */
  public AdamW(Map<String, ? extends Tensor> parameters, Adam.Config config) {
    this(ParameterGroup.single(parameters), config);
  }

  public AdamW(List<ParameterGroup> groups, Adam.Config config) {
    super(groups, config, true);
  }

  /** PyTorch's defaults for AdamW: betas 0.9 and 0.999, weight decay 0.01. */
  public static Adam.Config config(double learningRate) {
    return Adam.Config.of(learningRate).withWeightDecay(0.01);
  }
}
