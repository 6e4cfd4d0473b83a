package ai.cresset.tensor.op;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Program;
import ai.cresset.type.DType;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** One element-wise expression, as a program for each compute type, with its derivatives. */
public final class Programs {
  private final Expr expression;
  private final int numInputs;
  private final int numScalars;
  private final Program float32;
  private final Program float64;
  private final Program int64;
  private final AtomicReferenceArray<Programs> derivatives;

  private Programs(Expr expression, int numInputs, int numScalars) {
    this.expression = expression;
    this.numInputs = numInputs;
    this.numScalars = numScalars;
    float32 = Program.of(expression, numInputs, numScalars, DType.FLOAT32);
    float64 = Program.of(expression, numInputs, numScalars, DType.FLOAT64);
    int64 = Program.of(expression, numInputs, numScalars, DType.INT64);
    derivatives = new AtomicReferenceArray<>(numInputs);
  }

  public static Programs of(Expr expression, int numInputs, int numScalars) {
    return new Programs(expression, numInputs, numScalars);
  }

  public int numInputs() {
    return numInputs;
  }

  /** The program that computes operands of this type. */
  public Program forOperands(DType operands) {
    return switch (Program.computeType(operands)) {
      case FLOAT64 -> float64;
      case INT64 -> int64;
      default -> float32;
    };
  }

  /**
   * The gradient with respect to an input, in one pass: an expression over the same inputs followed
   * by the incoming gradient. Made on first use; a race makes it twice, which is harmless.
   */
  Programs derivative(int input) {
    Programs known = derivatives.get(input);
    if (known == null) {
      Expr slope = Derivative.of(expression, input);
      Expr gradient = Derivative.product(Expr.input(numInputs), slope);
      known = of(gradient, numInputs + 1, numScalars);
      derivatives.set(input, known);
    }
    return known;
  }

  /** Whether the expression depends on an input in a way that has a slope. */
  boolean dependsOn(int input) {
    return !Derivative.isZero(Derivative.of(expression, input));
  }
}
