package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;
import java.util.EnumSet;
import java.util.Locale;

/** Comparisons and logic of two tensors ({@code torch.eq}, {@code torch.logical_and}, ...). */
public record Compare(BinaryFunction function) implements Condition {
  private static final FunctionPrograms<BinaryFunction> PROGRAMS =
      new FunctionPrograms<>(
          BinaryFunction.class,
          EnumSet.range(BinaryFunction.EQ, BinaryFunction.LOGICAL_XOR),
          each -> Expr.input(0).apply(each, Expr.input(1)),
          2,
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
