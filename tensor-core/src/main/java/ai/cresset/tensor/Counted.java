package ai.cresset.tensor;

import ai.cresset.error.ConfigException;
import ai.cresset.error.ShapeException;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;

/** Histograms, and searches in sorted tensors. */
final class Counted {
  private Counted() {}

  static Tensor histogram(Tensor tensor, int bins, double low, double high) {
    if (bins < 1) {
      throw ConfigException.value("histc.bins", bins, "at least 1");
    }
    Tensor flat = tensor.detach().flatten();
    double from = low;
    double to = high;
    if (low == high && flat.numel() > 0) {
      from = flat.min().item();
      to = flat.max().item();
    }
    if (from == to) {
      from -= 1;
      to += 1;
    }
    if (!(from < to && to - from < Double.POSITIVE_INFINITY)) {
      throw ConfigException.value("histc.range", "[" + from + ", " + to + "]", "finite bounds");
    }
    Tensor wide = flat.to(DType.FLOAT64);
    Tensor inside = wide.ge(from).logicalAnd(wide.le(to));
    Tensor counted = wide.maskedSelect(inside);
    Tensor bin = counted.sub(from).mul(bins / (to - from)).floor().clamp(0, bins - 1);
    Tensor index = bin.to(DType.INT64);
    Spec result = flat.spec().withShape(Shape.of(bins));
    return Tensor.zeros(result)
        .scatterAdd(0, index, Tensor.ones(flat.spec().withShape(index.shape())));
  }

  static Tensor searchSorted(Tensor sorted, Tensor values, boolean right) {
    boolean vector = sorted.rank() == 1;
    if (!vector
        && (sorted.rank() != values.rank()
            || sorted.rank() == 0
            || !sorted.shape().without(-1).equals(values.shape().without(-1)))) {
      throw ShapeException.mismatch(
          "searchSorted",
          "a vector, or the shape of " + values.shape() + " but for the last dim",
          sorted.shape());
    }
    double[] in = sorted.toDoubleArray();
    double[] of = values.toDoubleArray();
    int length = Math.toIntExact(sorted.size(-1));
    int each = vector ? of.length : Math.toIntExact(values.size(-1));
    long[] found = new long[of.length];
    for (int i = 0; i < of.length; i++) {
      int start = vector ? 0 : i / each * length;
      found[i] = search(in, start, length, of[i], right);
    }
    return Tensor.of(found, values.shape().toArray()).to(values.device());
  }

  private static long search(double[] in, int start, int length, double value, boolean right) {
    int low = 0;
    int high = length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      int order = Double.compare(in[start + middle] + 0.0, value + 0.0);
      if (order < 0 || right && order == 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
