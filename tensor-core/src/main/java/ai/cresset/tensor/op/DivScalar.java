package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code x / divisor} for a number, rounded once ({@code torch.div}). */
public record DivScalar(double divisor) implements Pointwise {
  private static final Programs PROGRAMS = Programs.of(Expr.input(0).over(Expr.scalar(0)), 1, 1);

  @Override
  public String name() {
    return "div";
  }

  @Override
  public Programs programs() {
    return PROGRAMS;
  }

  @Override
  public double[] scalars() {
    return new double[] {divisor};
  }

  @Override
  public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    return Gradients.of(gradient.div(divisor));
  }
}
