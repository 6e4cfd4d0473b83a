package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.UnaryFunction;
import java.util.EnumSet;
import java.util.Locale;

/**
 * {@code torch.sign}, {@code floor}, {@code ceil}, {@code round} (halves go to the even neighbour)
 * and {@code trunc}.
 */
public record Rounding(UnaryFunction function) implements Staircase {
  private static final FunctionPrograms<UnaryFunction> PROGRAMS =
      new FunctionPrograms<>(
          UnaryFunction.class,
          EnumSet.of(
              UnaryFunction.SIGN,
              UnaryFunction.FLOOR,
              UnaryFunction.CEIL,
              UnaryFunction.ROUND,
              UnaryFunction.TRUNC),
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

  @Override
  public OperandTypes operands() {
    return function == UnaryFunction.SIGN ? OperandTypes.ANY : OperandTypes.NUMBERS;
  }
}
