package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.error.ConfigException;
import ai.cresset.error.DTypeException;
import ai.cresset.type.DType;

/**
 * Bounds elements from both sides ({@code F.hardtanh}); unlike {@link Clamp}, with slope 0 on the
 * bounds.
 */
public record Hardtanh(double low, double high) implements Unary {
  private static final Programs PROGRAMS =
      Programs.of(
          Expr.input(0)
              .apply(BinaryFunction.MAX, Expr.scalar(0))
              .apply(BinaryFunction.MIN, Expr.scalar(1)),
          1,
          2);
  private static final Programs GRADIENT =
      Programs.of(
          Expr.select(
              Expr.input(1)
                  .apply(BinaryFunction.GT, Expr.scalar(0))
                  .apply(
                      BinaryFunction.LOGICAL_AND,
                      Expr.input(1).apply(BinaryFunction.LT, Expr.scalar(1))),
              Expr.input(0),
              Expr.constant(0)),
          2,
          2);

  public Hardtanh {
    if (!(low <= high)) {
      throw ConfigException.value("hardtanh.low", low, "a number of at most high = " + high);
    }
  }

  @Override
  public Programs programs() {
    return PROGRAMS;
  }

  @Override
  public Programs gradient() {
    return GRADIENT;
  }

  @Override
  public double[] scalars() {
    return new double[] {low, high};
  }

  @Override
  public OperandTypes operands() {
    return OperandTypes.NUMBERS;
  }

  @Override
  public DType resultType(DType operands) {
    if (operands == DType.UINT8 && low < 0) {
      throw DTypeException.unsupported(
          "hardtanh with a negative bound", operands, "int16, float32");
    }
    return operands;
  }
}
