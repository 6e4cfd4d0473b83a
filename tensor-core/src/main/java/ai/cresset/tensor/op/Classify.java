package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.UnaryFunction;
import java.util.EnumSet;
import java.util.Locale;

/** {@code torch.isnan}, {@code isinf}, {@code isfinite} and {@code logical_not}. */
public record Classify(UnaryFunction function) implements Condition {
  private static final FunctionPrograms<UnaryFunction> PROGRAMS =
      new FunctionPrograms<>(
          UnaryFunction.class,
          EnumSet.range(UnaryFunction.LOGICAL_NOT, UnaryFunction.IS_FINITE),
          each -> Expr.input(0).apply(each),
          1,
          0);

  @Override
  public String name() {
    return function.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public Programs programs() {
    return PROGRAMS.of(function);
  }
}
