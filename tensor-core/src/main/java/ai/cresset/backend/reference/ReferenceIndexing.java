package ai.cresset.backend.reference;

import ai.cresset.backend.Scatter;
import ai.cresset.backend.View;
import ai.cresset.error.ShapeException;
import ai.cresset.type.Shape;

/** Reading and adding by index. */
final class ReferenceIndexing {
  private ReferenceIndexing() {}

  static void gather(View input, int dim, View index, View output) {
    for (long i = 0; i < output.numel(); i++) {
      long at = redirected("gather", input.shape(), dim, index, i);
      move(input, at, output, i, false);
    }
  }

  static void scatter(Scatter scatter, View source, int dim, View index, View output) {
    String op = scatter == Scatter.ADD ? "scatterAdd" : "scatter";
    for (long i = 0; i < index.numel(); i++) {
      long at = redirected(op, output.shape(), dim, index, i);
      long from = elementOf(source.shape(), coordinates(index.shape(), i));
      if (Elements.integral(source.dtype(), output.dtype())) {
        long value = Elements.getLong(source, from);
        Elements.putLong(output, at, combine(scatter, Elements.getLong(output, at), value));
      } else {
        double value = Elements.getDouble(source, from);
        Elements.putDouble(output, at, combine(scatter, Elements.getDouble(output, at), value));
      }
    }
  }

  private static long combine(Scatter scatter, long so, long x) {
    return switch (scatter) {
      case REPLACE -> x;
      case ADD -> so + x;
      case MULTIPLY -> so * x;
      case MAX -> Math.max(so, x);
      case MIN -> Math.min(so, x);
    };
  }

  private static double combine(Scatter scatter, double so, double x) {
    return switch (scatter) {
      case REPLACE -> x;
      case ADD -> so + x;
      case MULTIPLY -> so * x;
      case MAX -> Math.max(so, x);
      case MIN -> Math.min(so, x);
    };
  }

  static void nonzero(View input, View output) {
    int rank = input.shape().rank();
    long row = 0;
    for (long i = 0; i < input.numel(); i++) {
      if (Elements.getDouble(input, i) != 0) {
        long[] coordinates = coordinates(input.shape(), i);
        for (int dim = 0; dim < rank; dim++) {
          Elements.putLong(output, row * rank + dim, coordinates[dim]);
        }
        row++;
      }
    }
  }

  static void indexSelect(View input, int dim, View index, View output) {
    for (long i = 0; i < output.numel(); i++) {
      long[] coordinates = coordinates(output.shape(), i);
      coordinates[dim] = checked("indexSelect", input.shape(), dim, index, coordinates[dim]);
      move(input, elementOf(input.shape(), coordinates), output, i, false);
    }
  }

  static void indexAdd(View source, int dim, View index, View output) {
    for (long i = 0; i < source.numel(); i++) {
      long[] coordinates = coordinates(source.shape(), i);
      coordinates[dim] = checked("indexAdd", output.shape(), dim, index, coordinates[dim]);
      move(source, i, output, elementOf(output.shape(), coordinates), true);
    }
  }

  /** The element of {@code target} at the place of index element {@code i}, moved along dim. */
  private static long redirected(String op, Shape target, int dim, View index, long i) {
    long[] coordinates = coordinates(index.shape(), i);
    long to = checked(op, target, dim, index, i);
    if (coordinates.length > 0) {
      coordinates[dim] = to;
    }
    return elementOf(target, coordinates);
  }

  private static long checked(String op, Shape target, int dim, View index, long i) {
    long to = Elements.getLong(index, i);
    long size = target.rank() == 0 ? 1 : target.size(dim);
    if (to < 0 || to >= size) {
      throw ShapeException.index(op, to, size);
    }
    return to;
  }

  private static void move(View from, long i, View to, long j, boolean add) {
    if (Elements.integral(from.dtype(), to.dtype())) {
      long value = Elements.getLong(from, i);
      Elements.putLong(to, j, add ? Elements.getLong(to, j) + value : value);
    } else {
      double value = Elements.getDouble(from, i);
      Elements.putDouble(to, j, add ? Elements.getDouble(to, j) + value : value);
    }
  }

  private static long[] coordinates(Shape shape, long element) {
    long[] coordinates = new long[shape.rank()];
    for (int dim = shape.rank() - 1; dim >= 0; dim--) {
      coordinates[dim] = element % shape.size(dim);
      element /= shape.size(dim);
    }
    return coordinates;
  }

  private static long elementOf(Shape shape, long[] coordinates) {
    long element = 0;
    for (int dim = 0; dim < coordinates.length; dim++) {
      element = element * shape.size(dim) + coordinates[dim];
    }
    return element;
  }
}
