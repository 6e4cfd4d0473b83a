package ai.cresset.tensor;

import ai.cresset.type.DType;
import java.util.Locale;

/** Prints tensors as PyTorch does, summarising large ones. */
final class TensorFormat {
  static final TensorFormat DEFAULT = new TensorFormat(1000, 3, 4);

  private final long threshold;
  private final int edgeItems;
  private final int precision;

  /**
   * A format.
   *
   * @param threshold elements from which on a tensor is summarised
   * @param edgeItems elements shown at each end of a summarised dimension
   * @param precision digits after the point
   */
  TensorFormat(long threshold, int edgeItems, int precision) {
    this.threshold = threshold;
    this.edgeItems = edgeItems;
    this.precision = precision;
  }

  String format(Tensor tensor) {
    StringBuilder text = new StringBuilder("tensor(");
    double[] values = tensor.toDoubleArray();
    append(text, tensor, values, 0, 0, values.length);
    if (tensor.dtype() != DType.FLOAT32
        && tensor.dtype() != DType.INT64
        && tensor.dtype() != DType.BOOL) {
      text.append(", dtype=").append(tensor.dtype());
    }
    if (tensor.requiresGrad()) {
      text.append(", requiresGrad=true");
    }
    return text.append(')').toString();
  }

  private void append(
      StringBuilder text, Tensor tensor, double[] values, int dim, int start, int length) {
    if (dim == tensor.rank()) {
      text.append(element(tensor.dtype(), values[start]));
      return;
    }
    int size = (int) tensor.size(dim);
    int step = size == 0 ? 0 : length / size;
    boolean summarise = tensor.numel() > threshold && size > 2 * edgeItems;
    boolean innermost = dim == tensor.rank() - 1;
    String separator = innermost ? ", " : ",\n" + " ".repeat("tensor(".length() + dim + 1);
    text.append('[');
    for (int i = 0; i < size; i++) {
      if (i > 0) {
        text.append(separator);
      }
      if (summarise && i == edgeItems) {
        text.append("...").append(separator);
        i = size - edgeItems;
      }
      append(text, tensor, values, dim + 1, start + i * step, step);
    }
    text.append(']');
  }

  private String element(DType type, double value) {
    if (type == DType.BOOL) {
      return value == 0 ? "false" : "true";
    }
    if (!type.isFloating()) {
      return Long.toString((long) value);
    }
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
    }
    return String.format(Locale.ROOT, "%." + precision + "f", value);
  }
}
