package ai.cresset.tensor.op;

import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;

/**
 * Brings operands to one type, as PyTorch does: tensors with dimensions decide over 0-d tensors of
 * the same category, and those over numbers.
 */
public final class Promotion {
  private Promotion() {}

  /** The type two operands are computed in. */
  public static DType common(Tensor left, Tensor right) {
    DType a = left.dtype();
    DType b = right.dtype();
    if (left.rank() > 0 && right.rank() == 0 && a.category().compareTo(b.category()) >= 0) {
      return a;
    }
    if (right.rank() > 0 && left.rank() == 0 && b.category().compareTo(a.category()) >= 0) {
      return b;
    }
    return DType.promote(a, b);
  }

  /** Runs a two-operand operation in the common type. */
  public static Tensor binary(Op op, Tensor left, Tensor right) {
    DType type = common(left, right);
    return Dispatch.apply(op, left.to(type), right.to(type));
  }

  /** Runs an operation that gives fractions: integers become float32 first. */
  public static Tensor floating(Op op, Tensor... inputs) {
    Tensor[] cast = new Tensor[inputs.length];
    for (int i = 0; i < inputs.length; i++) {
      DType type = inputs[i].dtype();
      cast[i] = type.isFloating() ? inputs[i] : inputs[i].to(DType.FLOAT32);
    }
    return Dispatch.apply(op, cast);
  }

  /** Runs a two-operand operation that gives fractions. */
  public static Tensor floatingBinary(Op op, Tensor left, Tensor right) {
    DType type = common(left, right);
    DType floating = type.isFloating() ? type : DType.FLOAT32;
    return Dispatch.apply(op, left.to(floating), right.to(floating));
  }
}
