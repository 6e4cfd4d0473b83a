package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.error.DTypeException;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code a + alpha * b} ({@code torch.add}). */
public record Add(double alpha) implements Pointwise {
  private static final Programs PLAIN = Programs.of(Expr.input(0).plus(Expr.input(1)), 2, 0);
  private static final Programs SCALED =
      Programs.of(Expr.input(0).plus(Expr.scalar(0).times(Expr.input(1))), 2, 1);

  @Override
  public String name() {
    return alpha == -1 ? "sub" : "add";
  }

  @Override
  public Programs programs() {
    return alpha == 1 ? PLAIN : SCALED;
  }

  @Override
  public DType resultType(DType operands) {
    if (!operands.isFloating() && alpha != Math.rint(alpha)) {
      throw DTypeException.unsupported(
          name() + " with alpha " + alpha, operands, "float32, float64");
    }
    return operands;
  }

  @Override
  public double[] scalars() {
    return alpha == 1 ? NO_SCALARS : new double[] {alpha};
  }

  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    return Gradients.of(
        needs.input(0) ? SumTo.shape(gradient, context.input(0).shape()) : null,
        needs.input(1) ? SumTo.shape(scaled(gradient), context.input(1).shape()) : null);
  }

  private Tensor scaled(Tensor gradient) {
    return alpha == 1 ? gradient : gradient.mul(alpha);
  }
}
