package ai.cresset.tensor;

import ai.cresset.type.Shape;
import ai.cresset.type.Strides;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * In which order the elements of an image lie in memory ({@code torch.memory_format}). Shapes stay
 * {@code [batch, channels, ...]}; convolutions leave their results channels-last, and element-wise
 * operations keep them so.
 */
public enum MemoryFormat {
  /** Row-major. */
  CONTIGUOUS,

  /** The channels of a place lie beside each other; for rank 3 to 5. */
  CHANNELS_LAST;

  private static final LongAdder REORDERS = new LongAdder();

  /** The strides of a tensor of this shape without gaps; row-major for other ranks than 3 to 5. */
  public Strides strides(Shape shape) {
    int rank = shape.rank();
    if (this == CONTIGUOUS || rank < 3 || rank > 5) {
      return Strides.contiguous(shape);
    }
    long[] strides = new long[rank];
    strides[1] = 1;
    long next = Math.max(1, shape.size(1));
    for (int dim = rank - 1; dim > 1; dim--) {
      strides[dim] = next;
      next *= Math.max(1, shape.size(dim));
    }
    strides[0] = next;
    return Strides.of(strides);
  }

  /** Whether elements lie so; dimensions of size 1 do not count. */
  public boolean holds(Tensor tensor) {
    Shape shape = tensor.shape();
    Strides expected = strides(shape);
    for (int dim = 0; dim < shape.rank(); dim++) {
      if (shape.size(dim) != 1 && tensor.strides().stride(dim) != expected.stride(dim)) {
        return shape.numel() == 0;
      }
    }
    return true;
  }

  /** The format of a tensor that is dense: channels-last only if it is not row-major too. */
  public static MemoryFormat of(Tensor tensor) {
    boolean last = !tensor.isContiguous() && tensor.rank() > 2 && CHANNELS_LAST.holds(tensor);
    return last ? CHANNELS_LAST : CONTIGUOUS;
  }

  /**
   * The strides of an element-wise result: those of the first operand of its shape that lies dense
   * in another order than row-major, so that a network keeps the layout of its convolutions; else
   * row-major. Vectors and matrices are always row-major.
   */
  public static Strides resultStrides(List<Tensor> operands, Shape shape) {
    if (shape.rank() > 2) {
      for (Tensor operand : operands) {
        if (!operand.isContiguous() && operand.shape().equals(shape) && isDense(operand)) {
          return operand.strides();
        }
      }
    }
    return Strides.contiguous(shape);
  }

  /** Whether the elements fill their memory, in whatever order. */
  private static boolean isDense(Tensor tensor) {
    long[] sizes = tensor.shape().toArray();
    long[] strides = tensor.strides().toArray();
    long next = 1;
    for (int found = 0; found < sizes.length; found++) {
      int smallest = -1;
      for (int dim = 0; dim < sizes.length; dim++) {
        boolean left = sizes[dim] > 1;
        if (left && (smallest < 0 || strides[dim] < strides[smallest])) {
          smallest = dim;
        }
      }
      if (smallest < 0) {
        return true;
      }
      if (strides[smallest] != next) {
        return false;
      }
      next *= sizes[smallest];
      sizes[smallest] = 1;
    }
    return true;
  }

  /** Counts a copy that was made only because memory lay in another order than was needed. */
  public static void countReorder() {
    REORDERS.increment();
  }

  /** How many tensors this process has copied into another memory format. */
  public static long reorders() {
    return REORDERS.sum();
  }
}
