package ai.cresset.parallel.mesh;

import ai.cresset.memory.Allocator;
import ai.cresset.memory.Storage;
import ai.cresset.parallel.comm.Slice;
import ai.cresset.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The elements of a contiguous tensor where collectives can reach them: its own memory on the host,
 * otherwise a copy there, which is fetched before and put back after.
 */
public final class HostMirror implements AutoCloseable {
  private final Tensor tensor;
  private final @Nullable Storage copy;
  private final Slice slice;

  /** For a contiguous tensor, which stays the caller's. */
  public HostMirror(Tensor tensor) {
    this.tensor = tensor;
    long bytes = tensor.numel() * tensor.dtype().bytes();
    if (tensor.device().isHost()) {
      copy = null;
      slice = new Slice(tensor.storage(), offset(), tensor.numel(), tensor.dtype());
    } else {
      copy = Allocator.current().allocate(bytes);
      slice = new Slice(copy, 0, tensor.numel(), tensor.dtype());
    }
  }

  private long offset() {
    return tensor.storageOffset() * tensor.dtype().bytes();
  }

  /** Copies from the device, after every kernel so far; the elements for collectives. */
  public Slice fetch() {
    if (copy != null) {
      tensor.backend().download(tensor.storage(), offset(), copy.address(), slice.bytes());
    }
    return slice;
  }

  /** Copies back to the device. */
  public void putBack() {
    if (copy != null) {
      tensor.backend().upload(copy.address(), tensor.storage(), offset(), slice.bytes());
    }
  }

  @Override
  public void close() {
    if (copy != null) {
      copy.release();
    }
  }
}
