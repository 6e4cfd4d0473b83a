package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.UnaryFunction;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code torch.exp}. */
public record Exp() implements Pointwise {
  private static final Programs PROGRAMS =
      Programs.of(Expr.input(0).apply(UnaryFunction.EXP), 1, 0);

  @Override
  public Programs programs() {
    return PROGRAMS;
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    Tensor result = Pointwise.super.compute(context, inputs, output);
    context.save(result);
    return result;
  }

  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    return Gradients.of(gradient.mul(context.saved(0)));
  }
}
