package ai.cresset.jobs.train.own;

import ai.cresset.optim.Optimizer;
import ai.cresset.optim.ParameterGroup;
import ai.cresset.optim.ParameterState;
import ai.cresset.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** An optimizer as a user writes it: a step of the learning rate against the gradient's sign. */
public final class SignOptimizer extends Optimizer {
  public SignOptimizer(List<ParameterGroup> groups, double learningRate) {
    super(groups, Map.of("lr", learningRate));
  }

  @Override
  protected List<String> slots(ParameterGroup group) {
    return List.of();
  }

  @Override
  public boolean isElementwise() {
    return true;
  }

  @Override
  protected void update(
      ParameterGroup group, ParameterState state, Tensor parameter, Tensor gradient) {
    parameter.sub_(gradient.sign().mul(group.learningRate()));
  }
}
