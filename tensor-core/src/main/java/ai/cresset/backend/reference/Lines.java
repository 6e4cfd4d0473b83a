package ai.cresset.backend.reference;

import ai.cresset.type.Shape;

/**
 * A shape seen from one of its dimensions: the lines that run along it.
 *
 * @param count the number of lines
 * @param length the elements of each
 * @param step the distance of neighbours on a line, in row-major element numbers
 */
record Lines(long count, long length, long step) {
  static Lines along(Shape shape, int dim) {
    if (shape.rank() == 0) {
      return new Lines(1, 1, 1);
    }
    long step = 1;
    for (int inner = dim + 1; inner < shape.rank(); inner++) {
      step *= shape.size(inner);
    }
    long length = shape.size(dim);
    long count = step;
    for (int outer = 0; outer < dim; outer++) {
      count *= shape.size(outer);
    }
    return new Lines(count, length, step);
  }

  /** The row-major number of an element of a line. */
  long element(long line, long position) {
    return (line / step * length + position) * step + line % step;
  }
}
