package ai.cresset.backend;

import ai.cresset.error.ShapeException;
import ai.cresset.memory.Storage;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import ai.cresset.type.Strides;

/**
 * What a kernel sees of a tensor: memory, and how to walk it. A view owns nothing; its storage is
 * alive as long as the tensor it came from.
 *
 * @param storage the memory
 * @param offset the first element, counted in elements
 * @param shape sizes
 * @param strides distances in elements; 0 repeats, negative ones do not occur
 * @param dtype the element type
 */
public record View(Storage storage, long offset, Shape shape, Strides strides, DType dtype) {
  public View {
    if (shape.rank() != strides.rank()) {
      throw ShapeException.mismatch("View", "strides of rank " + shape.rank(), strides);
    }
  }

  /** A row-major view from the start of a storage. */
  public static View contiguous(Storage storage, Shape shape, DType dtype) {
    return new View(storage, 0, shape, Strides.contiguous(shape), dtype);
  }

  /** The host address of the first element. */
  public long address() {
    return storage.address() + offset * dtype.bytes();
  }

  public long numel() {
    return shape.numel();
  }

  /** The bytes of its elements, without gaps. */
  public long bytes() {
    return numel() * dtype.bytes();
  }

  public boolean isContiguous() {
    return strides.isContiguous(shape);
  }

  /** This view read as {@code wider}, repeating dimensions of size 1. */
  public View broadcast(Shape wider) {
    return shape.equals(wider)
        ? this
        : new View(storage, offset, wider, strides.broadcast(shape, wider), dtype);
  }

  /**
   * This view of rank 3 to 5 as {@code [first, second, depth, height, width]}: missing spatial
   * dimensions have size 1.
   */
  public View volume() {
    long[] sizes = {shape.size(0), shape.size(1), 1, 1, 1};
    long[] steps = {strides.stride(0), strides.stride(1), 0, 0, 0};
    int lead = 5 - shape.rank();
    for (int dim = 2; dim < shape.rank(); dim++) {
      sizes[lead + dim] = shape.size(dim);
      steps[lead + dim] = strides.stride(dim);
    }
    return new View(storage, offset, Shape.of(sizes), Strides.of(steps), dtype);
  }
}
