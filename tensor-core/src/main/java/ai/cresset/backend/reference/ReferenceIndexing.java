package ai.cresset.backend.reference;

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

  static void scatterAdd(View source, int dim, View index, View output) {
    for (long i = 0; i < index.numel(); i++) {
      long at = redirected("scatterAdd", output.shape(), dim, index, i);
      long from = elementOf(source.shape(), coordinates(index.shape(), i));
      move(source, from, output, at, true);
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
