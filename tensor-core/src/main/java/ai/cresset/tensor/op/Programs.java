package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Program;
import ai.cresset.type.DType;

/** One element-wise expression, as a program for each compute type. */
public final class Programs {
  private final Program float32;
  private final Program float64;
  private final Program int64;

  private Programs(Expr expression, int numInputs, int numScalars) {
    float32 = Program.of(expression, numInputs, numScalars, DType.FLOAT32);
    float64 = Program.of(expression, numInputs, numScalars, DType.FLOAT64);
    int64 = Program.of(expression, numInputs, numScalars, DType.INT64);
  }

  public static Programs of(Expr expression, int numInputs, int numScalars) {
    return new Programs(expression, numInputs, numScalars);
  }

  /** The program that computes operands of this type. */
  public Program forOperands(DType operands) {
    return switch (Program.computeType(operands)) {
      case FLOAT64 -> float64;
      case INT64 -> int64;
      default -> float32;
    };
  }
}
