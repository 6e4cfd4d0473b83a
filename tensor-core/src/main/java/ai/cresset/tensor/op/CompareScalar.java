package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;
import java.util.EnumSet;
import java.util.Locale;

/** Comparisons with a number ({@code torch.eq}, {@code torch.lt}, ...). */
public record CompareScalar(BinaryFunction function, double number) implements Condition {
  private static final FunctionPrograms<BinaryFunction> PROGRAMS =
      new FunctionPrograms<>(
          BinaryFunction.class,
          EnumSet.range(BinaryFunction.EQ, BinaryFunction.GE),
          each -> Expr.input(0).apply(each, Expr.scalar(0)),
          1,
          1);

  @Override
  public String name() {
    return function.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public Programs programs() {
    return PROGRAMS.of(function);
  }

  @Override
  public double[] scalars() {
    return new double[] {number};
  }
}
