package ai.cresset.backend.cpu;

import ai.cresset.backend.View;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.NativeMemory;
import ai.cresset.memory.Storage;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import ai.cresset.type.Strides;
import java.util.ArrayList;
import java.util.List;

/** Views over memory that lives as long as one kernel. The threads of a team may share them. */
final class Temporaries implements AutoCloseable {
  private final CopyKernel copies;
  private final Allocator allocator = Allocator.current();
  private final List<Storage> storages = new ArrayList<>();

  Temporaries(CopyKernel copies) {
    this.copies = copies;
  }

  /** Memory of undefined content. */
  Storage allocate(long bytes) {
    Storage storage = allocator.allocate(bytes);
    synchronized (storages) {
      storages.add(storage);
    }
    return storage;
  }

  /** A row-major view of undefined content. */
  View of(Shape shape, DType dtype) {
    return View.contiguous(allocate(shape.numel() * dtype.bytes()), shape, dtype);
  }

  /** A row-major view of this shape. */
  View like(View view, DType dtype) {
    return of(view.shape(), dtype);
  }

  /** A row-major copy. */
  View copyOf(View view, DType dtype) {
    View copy = like(view, dtype);
    copies.copy(view, copy);
    return copy;
  }

  /** A copy of a matrix {@code [1, rows, columns]} with a gap of some elements behind each row. */
  View copyApart(View matrix, long gap) {
    Shape shape = matrix.shape();
    Strides strides = Strides.of(0, shape.size(2) + gap, 1);
    Storage storage = allocate(shape.size(1) * strides.stride(1) * matrix.dtype().bytes());
    View copy = new View(storage, 0, shape, strides, matrix.dtype());
    copies.copy(matrix, copy);
    return copy;
  }

  /** A view of this shape with these strides, which leave no gaps. */
  View dense(Shape shape, Strides strides, DType dtype) {
    return new View(allocate(shape.numel() * dtype.bytes()), 0, shape, strides, dtype);
  }

  /** Fills a view without gaps with zeros. */
  static void clear(View dense) {
    NativeMemory.fill(dense.address(), dense.bytes(), (byte) 0);
  }

  @Override
  public void close() {
    storages.forEach(Storage::release);
  }
}
