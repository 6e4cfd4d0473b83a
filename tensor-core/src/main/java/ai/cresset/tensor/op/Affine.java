package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code scale * x + shift} with numbers: what sums and products with Java numbers become.
 *
 * @param name the operation that was called, such as {@code mul}
 * @param scale the factor
 * @param shift the summand
 */
public record Affine(String name, double scale, double shift) implements Pointwise {
  private static final Programs SCALE = Programs.of(Expr.input(0).times(Expr.scalar(0)), 1, 1);
  private static final Programs SHIFT = Programs.of(Expr.input(0).plus(Expr.scalar(0)), 1, 1);
  private static final Programs BOTH =
      Programs.of(Expr.input(0).times(Expr.scalar(0)).plus(Expr.scalar(1)), 1, 2);

  @Override
  public Programs programs() {
    return shift == 0 ? SCALE : scale == 1 ? SHIFT : BOTH;
  }

  @Override
  public double[] scalars() {
    return shift == 0
        ? new double[] {scale}
        : scale == 1 ? new double[] {shift} : new double[] {scale, shift};
  }

  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    return Gradients.of(scale == 1 ? gradient : gradient.mul(scale));
  }
}
