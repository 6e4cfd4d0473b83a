package ai.cresset.tensor;

import ai.cresset.backend.Scatter;
import ai.cresset.tensor.op.Dispatch;
import ai.cresset.tensor.op.ScatterReduce;
import ai.cresset.type.DType;

/** How several elements for one place become one ({@code torch.scatter_reduce}). */
public enum ScatterReduction {
  SUM(0),
  PROD(1),
  MEAN(0),
  AMAX(Double.NEGATIVE_INFINITY),
  AMIN(Double.POSITIVE_INFINITY);

  private final double identity;

  ScatterReduction(double identity) {
    this.identity = identity;
  }

  Tensor apply(Tensor self, int dim, Tensor index, Tensor source, boolean includeSelf) {
    Tensor target = includeSelf ? self : self.scatter(dim, index, identity(self.dtype()));
    return switch (this) {
      case SUM -> target.scatterAdd(dim, index, source);
      case PROD -> reduce(Scatter.MULTIPLY, dim, target, index, source);
      case AMAX -> reduce(Scatter.MAX, dim, target, index, source);
      case AMIN -> reduce(Scatter.MIN, dim, target, index, source);
      case MEAN -> mean(target, dim, index, source, includeSelf);
    };
  }

  private static Tensor reduce(Scatter how, int dim, Tensor target, Tensor index, Tensor source) {
    return Dispatch.apply(new ScatterReduce(how, dim), target, index, source);
  }

  private static Tensor mean(
      Tensor target, int dim, Tensor index, Tensor source, boolean includeSelf) {
    Tensor sum = target.scatterAdd(dim, index, source);
    Tensor own = includeSelf ? Tensor.ones(target.spec()) : Tensor.zeros(target.spec());
    Tensor count = own.scatterAdd(dim, index, Tensor.ones(source.spec()));
    Tensor divisor = count.maskedFill(count.eq(0), 1);
    return sum.dtype().isFloating() ? sum.div(divisor) : sum.floorDivide(divisor);
  }

  /** Integers have no infinity; their own bounds serve. */
  private double identity(DType dtype) {
    if (dtype.isFloating() || this == SUM || this == PROD || this == MEAN) {
      return identity;
    }
    return switch (dtype) {
      case BOOL -> this == AMAX ? 0 : 1;
      case UINT8 -> this == AMAX ? 0 : 255;
      case INT8 -> this == AMAX ? Byte.MIN_VALUE : Byte.MAX_VALUE;
      case INT16 -> this == AMAX ? Short.MIN_VALUE : Short.MAX_VALUE;
      case INT32 -> this == AMAX ? Integer.MIN_VALUE : Integer.MAX_VALUE;
      default -> this == AMAX ? (double) Long.MIN_VALUE : (double) Long.MAX_VALUE;
    };
  }
}
