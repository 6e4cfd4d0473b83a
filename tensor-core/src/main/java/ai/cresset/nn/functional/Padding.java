package ai.cresset.nn.functional;

import ai.cresset.error.ShapeException;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.op.Dispatch;
import ai.cresset.tensor.op.Pad;
import ai.cresset.type.Shape;
import java.util.Arrays;

/**
 * Elements laid around a tensor ({@code F.pad}). Numbers come in pairs, before and after, for the
 * last dim first; negative ones cut elements off.
 */
public final class Padding {
  private Padding() {}

  /** Zeros around the last {@code pad.length / 2} dimensions. */
  public static Tensor pad(Tensor x, long... pad) {
    return constant(x, 0, pad);
  }

  /** The same in any mode. */
  public static Tensor pad(Tensor x, PaddingMode mode, long... pad) {
    if (mode == PaddingMode.CONSTANT) {
      return constant(x, 0, pad);
    }
    checkPairs(x, pad);
    Tensor padded = x;
    for (int i = 0; i < pad.length / 2; i++) {
      long before = pad[2 * i];
      long after = pad[2 * i + 1];
      if (before != 0 || after != 0) {
        padded = around(padded, mode, x.rank() - 1 - i, before, after);
      }
    }
    return padded;
  }

  /** A number around the last {@code pad.length / 2} dimensions. */
  public static Tensor constant(Tensor x, double value, long... pad) {
    checkPairs(x, pad);
    long[] before = new long[x.rank()];
    long[] after = new long[x.rank()];
    Tensor kept = x;
    for (int i = 0; i < pad.length / 2; i++) {
      int dim = x.rank() - 1 - i;
      before[dim] = Math.max(0, pad[2 * i]);
      after[dim] = Math.max(0, pad[2 * i + 1]);
      long first = Math.max(0, -pad[2 * i]);
      long size = x.size(dim) - first - Math.max(0, -pad[2 * i + 1]);
      if (size < 0) {
        throw ShapeException.mismatch(
            "pad", "at most " + x.size(dim) + " elements cut off dim " + dim, Arrays.toString(pad));
      }
      if (size != x.size(dim)) {
        kept = kept.narrow(dim, first, size);
      }
    }
    return Dispatch.apply(new Pad(Shape.of(before), Shape.of(after), value), kept);
  }

  private static void checkPairs(Tensor x, long... pad) {
    if (pad.length % 2 != 0 || pad.length / 2 > x.rank()) {
      throw ShapeException.mismatch(
          "pad",
          "two numbers for each of the last dims of " + x.shape() + ", last dim first",
          Arrays.toString(pad));
    }
  }

  private static Tensor around(Tensor x, PaddingMode mode, int dim, long before, long after) {
    long size = x.size(dim);
    long most = mode == PaddingMode.REFLECT ? size - 1 : size;
    boolean bounded = mode != PaddingMode.REPLICATE;
    if (size == 0 || (bounded && (before > most || after > most)) || size + before + after < 1) {
      throw ShapeException.mismatch(
          "pad",
          mode + " padding of dim " + dim + " of at most " + most + "; pad less, or in steps",
          before + " and " + after + " for " + x.shape());
    }
    long[] index = new long[Math.toIntExact(size + before + after)];
    for (int i = 0; i < index.length; i++) {
      long at = i - before;
      index[i] =
          switch (mode) {
            case REFLECT -> at < 0 ? -at : at >= size ? 2 * (size - 1) - at : at;
            case CIRCULAR -> Math.floorMod(at, size);
            case REPLICATE, CONSTANT -> Math.min(Math.max(at, 0), size - 1);
          };
    }
    return x.indexSelect(dim, Tensor.of(index, index.length).to(x.device()));
  }
}
