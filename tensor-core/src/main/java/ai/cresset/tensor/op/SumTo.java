package ai.cresset.tensor.op;

import ai.cresset.tensor.Tensor;
import ai.cresset.type.Shape;
import java.util.ArrayList;
import java.util.List;

/** The mirror of broadcasting: sums a gradient down to the shape of the operand it belongs to. */
public final class SumTo {
  private SumTo() {}

  /** Sums over the dimensions that broadcasting from {@code shape} added or repeated. */
  public static Tensor shape(Tensor gradient, Shape shape) {
    if (gradient.shape().equals(shape)) {
      return gradient;
    }
    int lead = gradient.rank() - shape.rank();
    List<Integer> dims = new ArrayList<>();
    for (int dim = 0; dim < gradient.rank(); dim++) {
      if (dim < lead || shape.size(dim - lead) == 1 && gradient.size(dim) != 1) {
        dims.add(dim);
      }
    }
    Tensor summed = gradient.sum(dims.stream().mapToInt(Integer::intValue).toArray(), true);
    return summed.reshape(shape);
  }
}
