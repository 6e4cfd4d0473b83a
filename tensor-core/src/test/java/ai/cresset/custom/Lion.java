package ai.cresset.custom;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.UnaryFunction;
import ai.cresset.optim.FusedUpdate;
import ai.cresset.optim.Optimizer;
import ai.cresset.optim.ParameterGroup;
import ai.cresset.optim.ParameterState;
import ai.cresset.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** Lion (Chen et al. 2023) in one class and one pass over memory: steps along a sign. */
final class Lion extends Optimizer {
  private static final FusedUpdate UPDATE = update();

  Lion(List<ParameterGroup> groups, double learningRate) {
    super(groups, Map.of("lr", learningRate, "beta1", 0.9, "beta2", 0.99, "weight_decay", 0.0));
  }

  /** Inputs: parameter, gradient, mean; numbers: lr, beta1, 1 - beta1, beta2, 1 - beta2, decay. */
  private static FusedUpdate update() {
    Expr gradient = Expr.input(1);
    Expr mean = Expr.input(2);
    Expr ahead = mean.times(Expr.scalar(1)).plus(gradient.times(Expr.scalar(2)));
    Expr step = ahead.apply(UnaryFunction.SIGN).plus(Expr.scalar(5).times(Expr.input(0)));
    return new FusedUpdate(
        3,
        6,
        Expr.input(0).minus(Expr.scalar(0).times(step)),
        mean.times(Expr.scalar(3)).plus(gradient.times(Expr.scalar(4))));
  }

  @Override
  protected List<String> slots(ParameterGroup group) {
    return List.of("exp_avg");
  }

  @Override
  protected void update(
      ParameterGroup group, ParameterState state, Tensor parameter, Tensor gradient) {
    double beta1 = group.option("beta1");
    double beta2 = group.option("beta2");
    double[] scalars = {
      group.learningRate(), beta1, 1 - beta1, beta2, 1 - beta2, group.option("weight_decay")
    };
    Tensor mean = state.slot("exp_avg");
    UPDATE.run(scalars, List.of(parameter, gradient, mean), List.of(parameter, mean));
  }
}
