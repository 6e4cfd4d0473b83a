package ai.cresset.tensor.op;

import ai.cresset.error.ConfigException;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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

  /** The type that any number of operands are computed in. */
  public static DType common(List<Tensor> operands) {
    // One category after the other, of tensors with dimensions and of those without.
    @Nullable DType dimensioned = null;
    @Nullable DType scalars = null;
    for (Tensor operand : operands) {
      DType type = operand.dtype();
      if (operand.rank() > 0) {
        dimensioned = dimensioned == null ? type : DType.promote(dimensioned, type);
      } else {
        scalars = scalars == null ? type : DType.promote(scalars, type);
      }
    }
    if (dimensioned == null || scalars == null) {
      return Objects.requireNonNull(dimensioned == null ? scalars : dimensioned);
    }
    return dimensioned.category().compareTo(scalars.category()) >= 0
        ? dimensioned
        : DType.promote(dimensioned, scalars);
  }

  /** Runs an operation of several operands in their common type. */
  public static Tensor all(Op op, Tensor... operands) {
    DType type = common(List.of(operands));
    Tensor[] cast = new Tensor[operands.length];
    for (int i = 0; i < cast.length; i++) {
      cast[i] = operands[i].to(type);
    }
    return Dispatch.apply(op, cast);
  }

  /** Runs a two-operand operation on a tensor and a number, in their common type. */
  public static Tensor withNumber(Op op, Tensor self, Number number) {
    DType type = self.dtype().withScalar(number);
    return Dispatch.apply(op, self.to(type), operand(number, type, self.device()));
  }

  private static Tensor operand(Number number, DType type, Device device) {
    Tensor host =
        type.isFloating()
            ? Tensor.of(new double[] {number.doubleValue()})
            : Tensor.of(new long[] {number.longValue()});
    return host.reshape(Shape.of()).to(type).to(device);
  }

  /** Whether a number survives as a float64, which the scalars of expressions are. */
  public static boolean isExact(Number number) {
    return !(number instanceof Long) || (long) number.doubleValue() == number.longValue();
  }

  /** Bounds a tensor by others; null for no bound. */
  public static Tensor clamp(Tensor self, @Nullable Tensor low, @Nullable Tensor high) {
    if (low == null && high == null) {
      throw ConfigException.value("clamp.low", "null", "a bound beside or instead of high");
    }
    List<Tensor> operands = new ArrayList<>(List.of(self));
    if (low != null) {
      operands.add(low);
    }
    if (high != null) {
      operands.add(high);
    }
    return all(new ClampTensor(low != null, high != null), operands.toArray(Tensor[]::new));
  }
}
