package ai.cresset.nn.loss;

import ai.cresset.nn.TensorTree;
import ai.cresset.tensor.Tensor;
import java.util.List;

/**
 * What {@link AdaptiveLogSoftmaxWithLoss} gives.
 *
 * @param output the log-probability of each target, {@code [batch]} or {@code []}
 * @param loss the mean of what they lack, a scalar
 */
public record AdaptiveLogSoftmaxOutput(Tensor output, Tensor loss) implements TensorTree.Structure {
  @Override
  public List<Tensor> tensors() {
    return List.of(output, loss);
  }
}
