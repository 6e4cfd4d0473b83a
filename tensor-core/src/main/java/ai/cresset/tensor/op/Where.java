package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.error.DTypeException;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code condition ? a : b} ({@code torch.where}); all three broadcast. */
public record Where() implements Pointwise {
  private static final Expr CONDITION = Expr.input(0);
  private static final Programs PROGRAMS =
      Programs.of(Expr.select(CONDITION, Expr.input(1), Expr.input(2)), 3, 0);
  private static final Programs CHOSEN =
      Programs.of(Expr.select(CONDITION, Expr.input(1), Expr.constant(0)), 2, 0);
  private static final Programs OTHER =
      Programs.of(Expr.select(CONDITION, Expr.constant(0), Expr.input(1)), 2, 0);

  @Override
  public Programs programs() {
    return PROGRAMS;
  }

  @Override
  public Spec rule(List<Spec> inputs) {
    Spec condition = inputs.get(0);
    Spec a = inputs.get(1);
    Spec b = inputs.get(2);
    if (condition.dtype() != DType.BOOL) {
      throw DTypeException.mismatch(name(), DType.BOOL, condition.dtype());
    }
    if (a.dtype() != b.dtype()) {
      throw DTypeException.mismatch(name(), a.dtype(), b.dtype());
    }
    Shape operands = Shape.broadcast(name(), a.shape(), b.shape());
    return a.withShape(Shape.broadcast(name(), condition.shape(), operands));
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    context.save(inputs.get(0));
    return Pointwise.super.compute(context, inputs, output);
  }

  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    Tensor condition = context.saved(0);
    return Gradients.of(
        null,
        needs.input(1) ? part(CHOSEN, condition, gradient, context.input(1)) : null,
        needs.input(2) ? part(OTHER, condition, gradient, context.input(2)) : null);
  }

  private static Tensor part(Programs programs, Tensor condition, Tensor gradient, Spec input) {
    Tensor chosen = Evaluate.of("whereBackward", programs, NO_SCALARS, condition, gradient);
    return SumTo.shape(chosen, input.shape());
  }
}
