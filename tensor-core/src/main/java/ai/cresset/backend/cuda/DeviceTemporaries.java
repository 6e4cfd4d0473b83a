package ai.cresset.backend.cuda;

import ai.cresset.backend.View;
import ai.cresset.memory.Storage;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.util.ArrayList;
import java.util.List;

/** Views over device memory that lives as long as the kernels of one call. */
final class DeviceTemporaries implements AutoCloseable {
  private final CudaContext context;
  private final List<Storage> storages = new ArrayList<>();

  DeviceTemporaries(CudaContext context) {
    this.context = context;
  }

  /** Memory of undefined content. */
  Storage allocate(long bytes) {
    Storage storage = context.allocate(bytes);
    storages.add(storage);
    return storage;
  }

  /** A row-major view of undefined content. */
  View of(Shape shape, DType dtype) {
    return View.contiguous(allocate(shape.numel() * dtype.bytes()), shape, dtype);
  }

  /** The address of {@code count} elements of undefined content. */
  long elements(long count, int bytes) {
    return allocate(count * bytes).address();
  }

  /** The kernels may still run: memory is given out again behind them. */
  @Override
  public void close() {
    storages.forEach(Storage::release);
  }
}
