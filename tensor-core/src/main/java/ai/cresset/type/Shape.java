package ai.cresset.type;

import ai.cresset.error.ShapeException;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The sizes of a tensor, outermost dimension first. Immutable; rank 0 is a scalar. */
public final class Shape {
  private static final Shape SCALAR = new Shape(new long[0]);

  private final long[] sizes;

  private Shape(long[] sizes) {
    this.sizes = sizes;
  }

  /** A shape of these sizes, each at least 0. */
  public static Shape of(long... sizes) {
    long numel = 1;
    for (long size : sizes) {
      if (size < 0) {
        throw ShapeException.mismatch("Shape.of", "sizes of at least 0", Arrays.toString(sizes));
      }
      numel = Math.multiplyExact(numel, Math.max(size, 1));
    }
    return sizes.length == 0 ? SCALAR : new Shape(sizes.clone());
  }

  public static Shape scalar() {
    return SCALAR;
  }

  public int rank() {
    return sizes.length;
  }

  /** The size of a dimension; negative ones count from the end. */
  public long size(int dim) {
    return sizes[dim("size", dim)];
  }

  /** A dimension counted from the front, checked. */
  public int dim(String op, int dim) {
    int rank = sizes.length;
    int range = Math.max(rank, 1);
    if (dim < -range || dim >= range) {
      throw ShapeException.dim(op, dim, range);
    }
    return dim < 0 ? dim + range : dim;
  }

  /** The number of elements. */
  public long numel() {
    long numel = 1;
    for (long size : sizes) {
      numel *= size;
    }
    return numel;
  }

  public long[] toArray() {
    return sizes.clone();
  }

  /** This shape with one size replaced. */
  public Shape with(int dim, long size) {
    long[] copy = sizes.clone();
    copy[dim("with", dim)] = size;
    return of(copy);
  }

  /** This shape without one dimension. */
  public Shape without(int dim) {
    int at = dim("without", dim);
    long[] copy = new long[sizes.length - 1];
    System.arraycopy(sizes, 0, copy, 0, at);
    System.arraycopy(sizes, at + 1, copy, at, copy.length - at);
    return of(copy);
  }

  /** This shape with a dimension inserted before {@code at}. */
  public Shape insert(int at, long size) {
    long[] copy = new long[sizes.length + 1];
    System.arraycopy(sizes, 0, copy, 0, at);
    copy[at] = size;
    System.arraycopy(sizes, at, copy, at + 1, sizes.length - at);
    return of(copy);
  }

  /**
   * The shape both broadcast to (NumPy's rule).
   *
   * @throws ShapeException in the name of {@code op} if there is none
   */
  public static Shape broadcast(String op, Shape left, Shape right) {
    if (left.equals(right)) {
      return left;
    }
    int rank = Math.max(left.rank(), right.rank());
    long[] sizes = new long[rank];
    for (int i = 1; i <= rank; i++) {
      long a = i <= left.rank() ? left.sizes[left.rank() - i] : 1;
      long b = i <= right.rank() ? right.sizes[right.rank() - i] : 1;
      if (a != b && a != 1 && b != 1) {
        throw ShapeException.broadcast(op, left, right, -i);
      }
      sizes[rank - i] = a == 1 ? b : a;
    }
    return of(sizes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape shape && Arrays.equals(sizes, shape.sizes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(sizes);
  }

  /** As PyTorch prints it: {@code [2, 3]}. */
  @Override
  public String toString() {
    return Arrays.stream(sizes)
        .mapToObj(Long::toString)
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
