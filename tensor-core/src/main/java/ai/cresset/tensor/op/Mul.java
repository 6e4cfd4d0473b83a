package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The element-wise product ({@code torch.mul}). */
public record Mul() implements Pointwise {
  private static final Programs PROGRAMS = Programs.of(Expr.input(0).times(Expr.input(1)), 2, 0);

  @Override
  public Programs programs() {
    return PROGRAMS;
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    context.save(inputs.get(0), inputs.get(1));
    return Pointwise.super.compute(context, inputs, output);
  }

  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    return Gradients.of(
        needs.input(0)
            ? SumTo.shape(gradient.mul(context.saved(1)), context.input(0).shape())
            : null,
        needs.input(1)
            ? SumTo.shape(gradient.mul(context.saved(0)), context.input(1).shape())
            : null);
  }
}
