package ai.cresset.type;

import java.util.Arrays;

/** Distances in elements between neighbours along each dimension. Immutable. */
public final class Strides {
  private final long[] strides;

  private Strides(long[] strides) {
    this.strides = strides;
  }

  public static Strides of(long... strides) {
    return new Strides(strides.clone());
  }

  /** Row-major strides without gaps. */
  public static Strides contiguous(Shape shape) {
    long[] strides = new long[shape.rank()];
    long next = 1;
    for (int dim = strides.length - 1; dim >= 0; dim--) {
      strides[dim] = next;
      next *= Math.max(shape.size(dim), 1);
    }
    return new Strides(strides);
  }

  public int rank() {
    return strides.length;
  }

  public long stride(int dim) {
    return strides[dim < 0 ? dim + strides.length : dim];
  }

  public long[] toArray() {
    return strides.clone();
  }

  /**
   * Whether elements of this shape lie row-major without gaps; dimensions of size 1 do not count.
   */
  public boolean isContiguous(Shape shape) {
    long next = 1;
    for (int dim = strides.length - 1; dim >= 0; dim--) {
      long size = shape.size(dim);
      if (size != 1 && strides[dim] != next) {
        return shape.numel() == 0;
      }
      next *= size;
    }
    return true;
  }

  /** Strides under which a tensor of {@code from} reads as {@code to}: 0 where it repeats. */
  public Strides broadcast(Shape from, Shape to) {
    long[] wide = new long[to.rank()];
    int lead = to.rank() - from.rank();
    for (int dim = 0; dim < from.rank(); dim++) {
      boolean repeats = from.size(dim) == 1 && to.size(dim + lead) != 1;
      wide[dim + lead] = repeats ? 0 : strides[dim];
    }
    return new Strides(wide);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Strides that && Arrays.equals(strides, that.strides);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(strides);
  }

  @Override
  public String toString() {
    return Arrays.toString(strides);
  }
}
