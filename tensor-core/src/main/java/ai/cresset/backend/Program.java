package ai.cresset.backend;

import ai.cresset.type.DType;
import java.util.List;

/**
 * One or more element-wise expressions over the same inputs, run in one pass. All inputs of an
 * element are read before its outputs are written, so that an output may be the same view as an
 * input.
 *
 * @param outputs an expression for each output
 * @param numInputs input tensors
 * @param numScalars numbers given at run time
 * @param compute the type inside of the expressions: float32, float64 or int64
 */
public record Program(List<Expr> outputs, int numInputs, int numScalars, DType compute) {
  public Program {
    if (compute != DType.FLOAT32 && compute != DType.FLOAT64 && compute != DType.INT64) {
      throw new IllegalArgumentException("compute type " + compute);
    }
    outputs = List.copyOf(outputs);
  }

  public static Program of(Expr output, int numInputs, int numScalars, DType compute) {
    return new Program(List.of(output), numInputs, numScalars, compute);
  }

  /**
   * The compute type of operands of this type: half types compute in float32, integers in int64.
   */
  public static DType computeType(DType operands) {
    if (operands == DType.FLOAT64) {
      return DType.FLOAT64;
    }
    return operands.isFloating() ? DType.FLOAT32 : DType.INT64;
  }
}
