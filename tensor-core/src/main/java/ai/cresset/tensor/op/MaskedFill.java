package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.error.DTypeException;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code mask ? value : x} ({@code torch.masked_fill}); both broadcast. */
public record MaskedFill(double value) implements Pointwise {
  private static final Programs PROGRAMS =
      Programs.of(Expr.select(Expr.input(1), Expr.scalar(0), Expr.input(0)), 2, 1);

  @Override
  public Programs programs() {
    return PROGRAMS;
  }

  @Override
  public double[] scalars() {
    return new double[] {value};
  }

  @Override
  public Spec rule(List<Spec> inputs) {
    Spec mask = inputs.get(1);
    if (mask.dtype() != DType.BOOL) {
      throw DTypeException.mismatch(name(), DType.BOOL, mask.dtype());
    }
    return inputs.get(0).withShape(Shape.broadcast(name(), inputs.get(0).shape(), mask.shape()));
  }

  @Override
  public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
    context.save(inputs.get(1));
    return Pointwise.super.compute(context, inputs, output);
  }

  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    Tensor kept = Dispatch.apply(new MaskedFill(0), gradient, context.saved(0));
    return Gradients.of(SumTo.shape(kept, context.input(0).shape()), null);
  }
}
