package ai.cresset.tensor;

import ai.cresset.memory.Scope;
import ai.cresset.tensor.autograd.Edge;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Prints tensors character by character as PyTorch does, summarising large ones. */
final class TensorFormat {
  static final TensorFormat DEFAULT = new TensorFormat(1000, 3, 4, 80);

  private static final String PREFIX = "tensor(";

  private final long threshold;
  private final int edgeItems;
  private final int precision;
  private final int lineWidth;

  /**
   * A format.
   *
   * @param threshold elements from which on a tensor is summarised
   * @param edgeItems elements shown at each end of a summarised dimension
   * @param precision digits after the point
   * @param lineWidth where lines of elements and suffixes break
   */
  TensorFormat(long threshold, int edgeItems, int precision, int lineWidth) {
    this.threshold = threshold;
    this.edgeItems = edgeItems;
    this.precision = precision;
    this.lineWidth = lineWidth;
  }

  String format(Tensor tensor) {
    List<String> suffixes = new ArrayList<>();
    if (!tensor.device().equals(Device.CPU)) {
      suffixes.add("device='" + tensor.device() + "'");
    }
    boolean empty = tensor.numel() == 0;
    if (empty && tensor.rank() != 1) {
      suffixes.add("size=" + tuple(tensor.shape().toArray()));
    }
    DType dtype = tensor.dtype();
    boolean byDefault = !empty && (dtype == DType.INT64 || dtype == DType.BOOL);
    if (dtype != DType.FLOAT32 && !byDefault) {
      suffixes.add("dtype=torch." + dtype);
    }
    Edge edge = tensor.isLeaf() ? null : tensor.gradientEdge();
    if (edge != null) {
      String name = edge.node().name();
      suffixes.add(
          "grad_fn=<" + Character.toUpperCase(name.charAt(0)) + name.substring(1) + "Backward0>");
    } else if (tensor.requiresGrad()) {
      suffixes.add("requires_grad=True");
    }
    return suffixed(PREFIX + (empty ? "[]" : elements(tensor)), suffixes);
  }

  /** A tuple as Python prints it. */
  private static String tuple(long... sizes) {
    String inside = Arrays.stream(sizes).mapToObj(Long::toString).collect(Collectors.joining(", "));
    return "(" + inside + (sizes.length == 1 ? ",)" : ")");
  }

  private String suffixed(String body, List<String> suffixes) {
    StringBuilder text = new StringBuilder(body);
    int lastLine = body.length() - body.lastIndexOf('\n') + 1;
    for (String suffix : suffixes) {
      if (lastLine + suffix.length() + 2 > lineWidth) {
        text.append(",\n").append(" ".repeat(PREFIX.length())).append(suffix);
        lastLine = PREFIX.length() + suffix.length();
      } else {
        text.append(", ").append(suffix);
        lastLine += suffix.length() + 2;
      }
    }
    return text.append(')').toString();
  }

  private String elements(Tensor tensor) {
    boolean summarise = tensor.numel() > threshold;
    try (Scope scope = Scope.open("print")) {
      Tensor shown = tensor.detach();
      for (int dim = 0; summarise && dim < tensor.rank(); dim++) {
        long size = tensor.size(dim);
        if (size > 2L * edgeItems) {
          Tensor head = shown.narrow(dim, 0, edgeItems);
          Tensor tail = shown.narrow(dim, size - edgeItems, edgeItems);
          shown = Functional.cat(List.of(head, tail), dim);
        }
      }
      NumberFormat texts = NumberFormat.of(shown, precision);
      StringBuilder out = new StringBuilder();
      append(out, tensor, shown, texts, 0, 0);
      return out.toString();
    }
  }

  /** Appends what is shown of a dimension; {@code start} is the number of its first element. */
  private void append(
      StringBuilder out, Tensor whole, Tensor shown, NumberFormat texts, int dim, int start) {
    int rank = whole.rank();
    if (dim == rank) {
      out.append(texts.text(start));
      return;
    }
    int size = (int) shown.size(dim);
    boolean cut = size < whole.size(dim);
    int indent = PREFIX.length() + dim;
    int step = 1;
    for (int inner = dim + 1; inner < rank; inner++) {
      step *= (int) shown.size(inner);
    }
    out.append('[');
    if (dim == rank - 1) {
      int perLine = Math.max(1, (lineWidth - indent) / (texts.width() + 2));
      String newLine = ",\n" + " ".repeat(indent + 1);
      int items = size + (cut ? 1 : 0);
      for (int i = 0; i < items; i++) {
        if (i > 0) {
          out.append(i % perLine == 0 ? newLine : ", ");
        }
        boolean dots = cut && i == edgeItems;
        out.append(dots ? " ..." : texts.text(start + i - (cut && i > edgeItems ? 1 : 0)));
      }
    } else {
      String separator = "," + "\n".repeat(rank - dim - 1) + " ".repeat(indent + 1);
      for (int i = 0; i < size; i++) {
        if (i > 0) {
          out.append(separator);
        }
        if (cut && i == edgeItems) {
          out.append("...").append(separator);
        }
        append(out, whole, shown, texts, dim + 1, start + i * step);
      }
    }
    out.append(']');
  }
}
