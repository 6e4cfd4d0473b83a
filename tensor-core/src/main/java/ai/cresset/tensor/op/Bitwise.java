package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;
import java.util.EnumSet;
import java.util.Locale;

/** Logic of the bits of two integers or booleans ({@code torch.bitwise_and}, ...), and shifts. */
public record Bitwise(BinaryFunction function) implements Pointwise, NotDifferentiable {
  private static final FunctionPrograms<BinaryFunction> PROGRAMS =
      new FunctionPrograms<>(
          BinaryFunction.class,
          EnumSet.range(BinaryFunction.BITWISE_AND, BinaryFunction.SHIFT_RIGHT),
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

  @Override
  public OperandTypes operands() {
    boolean shift = function == BinaryFunction.SHIFT_LEFT || function == BinaryFunction.SHIFT_RIGHT;
    return shift ? OperandTypes.INTEGERS : OperandTypes.INTEGRAL;
  }
}
