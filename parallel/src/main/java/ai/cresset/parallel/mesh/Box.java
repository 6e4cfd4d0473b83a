package ai.cresset.parallel.mesh;

import ai.cresset.error.ShapeException;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A part of a tensor: from {@code offset} on, {@code shape} elements along each dimension. May be
 * empty.
 *
 * @param offset where it begins, one number for each dimension
 * @param shape its sizes
 */
public record Box(List<Long> offset, Shape shape) {
  public Box {
    offset = List.copyOf(offset);
    if (offset.size() != shape.rank()) {
      throw ShapeException.mismatch("box", shape.rank() + " offsets", offset);
    }
  }

  /** All of a tensor of this shape. */
  public static Box whole(Shape shape) {
    return new Box(Collections.nCopies(shape.rank(), 0L), shape);
  }

  /** Whether it has no element. */
  public boolean isEmpty() {
    return shape.numel() == 0;
  }

  /** The number of elements. */
  public long numel() {
    return shape.numel();
  }

  /** What two boxes of one tensor share; empty if nothing. */
  public Box intersect(Box other) {
    checkRank(other);
    List<Long> from = new ArrayList<>();
    long[] sizes = new long[shape.rank()];
    for (int dim = 0; dim < sizes.length; dim++) {
      long start = Math.max(offset.get(dim), other.offset.get(dim));
      long end = Math.min(end(dim), other.end(dim));
      from.add(start);
      sizes[dim] = Math.max(0, end - start);
    }
    return new Box(from, Shape.of(sizes));
  }

  /** This box as a part of a larger one: its offset counted from the other's first element. */
  public Box within(Box larger) {
    checkRank(larger);
    List<Long> from = new ArrayList<>();
    for (int dim = 0; dim < shape.rank(); dim++) {
      long start = offset.get(dim) - larger.offset.get(dim);
      if (!isEmpty() && (start < 0 || end(dim) > larger.end(dim))) {
        throw ShapeException.mismatch("box", "a part of " + larger, this);
      }
      from.add(start);
    }
    return new Box(from, shape);
  }

  /** A view of this part of a tensor. */
  public Tensor of(Tensor whole) {
    if (whole.rank() != shape.rank()) {
      throw ShapeException.mismatch("box", "a tensor of rank " + shape.rank(), whole.shape());
    }
    Tensor part = whole;
    for (int dim = 0; dim < shape.rank(); dim++) {
      if (shape.size(dim) != part.size(dim)) {
        long start = shape.size(dim) == 0 ? 0 : offset.get(dim);
        part = part.narrow(dim, start, shape.size(dim));
      }
    }
    return part;
  }

  /**
   * Views of the pieces of a tensor that lie below each other along its first dimension.
   *
   * @param pieces what they are, in order
   * @param local all of them
   */
  public static List<Tensor> views(List<Box> pieces, Tensor local) {
    if (pieces.size() == 1) {
      return List.of(local);
    }
    List<Tensor> found = new ArrayList<>();
    long row = 0;
    for (Box piece : pieces) {
      found.add(local.narrow(0, row, piece.shape().size(0)));
      row += piece.shape().size(0);
    }
    return found;
  }

  private long end(int dim) {
    return offset.get(dim) + shape.size(dim);
  }

  private void checkRank(Box other) {
    if (other.shape.rank() != shape.rank()) {
      throw ShapeException.mismatch("box", "rank " + shape.rank(), other);
    }
  }

  @Override
  public String toString() {
    return shape + " from " + offset;
  }
}
