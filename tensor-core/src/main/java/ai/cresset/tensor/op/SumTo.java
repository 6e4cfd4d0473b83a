package ai.cresset.tensor.op;

import ai.cresset.tensor.Tensor;
import ai.cresset.type.Shape;

/** The mirror of broadcasting: sums a gradient down to the shape of the operand it belongs to. */
public final class SumTo {
  private SumTo() {}

  /** Sums over the dimensions that broadcasting from {@code shape} added or repeated. */
  public static Tensor shape(Tensor gradient, Shape shape) {
    if (gradient.shape().equals(shape)) {
      return gradient;
    }
    int lead = gradient.rank() - shape.rank();
    long[] reduced = new long[gradient.rank()];
    for (int dim = 0; dim < reduced.length; dim++) {
      reduced[dim] = dim < lead ? 1 : shape.size(dim - lead);
    }
    return Dispatch.apply(new Sum(Shape.of(reduced)), gradient).reshape(shape);
  }
}
