package ai.cresset.tensor.op;

import ai.cresset.error.ShapeException;
import ai.cresset.type.Shape;
import java.util.Arrays;

/** The shape arithmetic of reductions. */
public final class Reducing {
  private Reducing() {}

  /** {@code shape} with size 1 at these dims, each named once; none at all means every dim. */
  public static Shape over(String op, Shape shape, int... dims) {
    long[] sizes = shape.toArray();
    if (dims.length == 0) {
      Arrays.fill(sizes, 1);
      return Shape.of(sizes);
    }
    boolean[] seen = new boolean[Math.max(sizes.length, 1)];
    for (int dim : dims) {
      int at = shape.dim(op, dim);
      if (seen[at]) {
        throw ShapeException.mismatch(op, "each dim once", Arrays.toString(dims));
      }
      seen[at] = true;
      if (sizes.length > 0) {
        sizes[at] = 1;
      }
    }
    return Shape.of(sizes);
  }

  /** {@code shape} without these dims; none at all means every dim. */
  public static Shape without(String op, Shape shape, int... dims) {
    if (dims.length == 0 || shape.rank() == 0) {
      return Shape.scalar();
    }
    boolean[] gone = new boolean[shape.rank()];
    for (int dim : dims) {
      gone[shape.dim(op, dim)] = true;
    }
    long[] sizes = new long[shape.rank()];
    int count = 0;
    for (int dim = 0; dim < gone.length; dim++) {
      if (!gone[dim]) {
        sizes[count++] = shape.size(dim);
      }
    }
    return Shape.of(Arrays.copyOf(sizes, count));
  }

  /** How many elements become one. */
  public static long count(Shape shape, Shape reduced) {
    long count = 1;
    for (int dim = 0; dim < shape.rank(); dim++) {
      if (shape.size(dim) != reduced.size(dim)) {
        count *= shape.size(dim);
      }
    }
    return count;
  }

  /** Refuses to choose among no elements. */
  static void checkNotEmpty(String op, Shape shape, Shape reduced) {
    if (shape.numel() == 0 && reduced.numel() > 0) {
      throw ShapeException.mismatch(op, "at least one element to choose from", shape);
    }
  }
}
