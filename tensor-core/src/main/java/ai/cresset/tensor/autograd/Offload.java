package ai.cresset.tensor.autograd;

import ai.cresset.error.BackwardException;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.FileMapping;
import ai.cresset.memory.NativeMemory;
import ai.cresset.memory.Storage;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Shape;
import ai.cresset.type.Strides;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Moves saved tensors out of the memory that training needs, and back for backward ({@code
 * torch.autograd.graph.save_on_cpu}). Those of a device go to host memory. Those of the host, where
 * that would gain nothing, go to files without a name, which backward maps into memory.
 *
 * <p>As {@linkplain SavedTensorHooks hooks} it moves everything that operations save, but leaves
 * that require a gradient, which live anyway. Thread-safe.
 */
public final class Offload implements SavedTensorHooks {
  /** Files in the directory for temporary ones, {@code java.io.tmpdir}. */
  public static final Offload TEMPORARY = to(Path.of(System.getProperty("java.io.tmpdir")));

  private static final int SEGMENT_BYTES = 1 << 30;

  private final Path directory;
  private final AtomicLong bytesOut = new AtomicLong();
  private final AtomicLong bytesIn = new AtomicLong();

  private Offload(Path directory) {
    this.directory = directory;
  }

  /** Files in {@code directory}, which exists and is best on a local disk. */
  public static Offload to(Path directory) {
    return new Offload(directory);
  }

  /** Bytes that were moved away so far. */
  public long bytesOut() {
    return bytesOut.get();
  }

  /** Bytes that were brought back so far. */
  public long bytesIn() {
    return bytesIn.get();
  }

  @Override
  public @Nullable Packed pack(Tensor tensor) {
    return tensor.numel() == 0 || (tensor.isLeaf() && tensor.requiresGrad()) ? null : move(tensor);
  }

  /** Moves the elements of a tensor, which itself stays as it is. */
  public Packed move(Tensor tensor) {
    try (Tensor rows = withoutGaps(tensor)) {
      long bytes = span(rows.shape(), rows.strides()) * rows.dtype().bytes();
      bytesOut.addAndGet(bytes);
      return rows.device().isHost() ? new InFile(rows, bytes) : new OnHost(rows, bytes);
    }
  }

  /** The same elements in no more memory than they need; dense layouts stay what they are. */
  private static Tensor withoutGaps(Tensor tensor) {
    return span(tensor.shape(), tensor.strides()) <= tensor.numel()
        ? tensor.detach()
        : tensor.detachedClone();
  }

  /** Elements from the first to the last in memory. */
  private static long span(Shape shape, Strides strides) {
    if (shape.numel() == 0) {
      return 0;
    }
    long last = 0;
    for (int dim = 0; dim < shape.rank(); dim++) {
      last += (shape.size(dim) - 1) * strides.stride(dim);
    }
    return last + 1;
  }

  private BackwardException failed(String what, IOException cause) {
    return BackwardException.because(
        "offload: cannot "
            + what
            + " "
            + directory
            + ": "
            + cause
            + "; name a directory on a disk that has room");
  }

  /** Elements of the host in a file. */
  private final class InFile implements Packed {
    private final Spec spec;
    private final Strides strides;
    private final long bytes;
    private final FileMapping file;

    InFile(Tensor rows, long bytes) {
      spec = rows.spec();
      strides = rows.strides();
      this.bytes = bytes;
      long address = rows.storage().address() + rows.storageOffset() * rows.dtype().bytes();
      try {
        file = FileMapping.temporary(directory);
      } catch (IOException e) {
        throw failed("make a file in", e);
      }
      boolean done = false;
      try {
        for (long at = 0; at < bytes; at += SEGMENT_BYTES) {
          ByteBuffer part =
              NativeMemory.buffer(address + at, (int) Math.min(SEGMENT_BYTES, bytes - at));
          while (part.hasRemaining()) {
            file.channel().write(part);
          }
        }
        done = true;
      } catch (IOException e) {
        throw failed("write " + bytes + " bytes to a file in", e);
      } finally {
        if (!done) {
          release();
        }
      }
    }

    @Override
    public Tensor unpack() {
      bytesIn.addAndGet(bytes);
      try {
        Storage storage = bytes <= Integer.MAX_VALUE ? file.map(0, bytes) : read();
        try {
          return Tensor.view(storage, 0, spec.shape(), strides, spec.dtype());
        } finally {
          storage.release();
        }
      } catch (IOException e) {
        throw failed("read back from a file in", e);
      }
    }

    /** What is too large for one mapping. */
    private Storage read() throws IOException {
      Storage storage = Allocator.current().allocate(bytes);
      long at = 0;
      while (at < bytes) {
        int part = (int) Math.min(SEGMENT_BYTES, bytes - at);
        int count = file.channel().read(NativeMemory.buffer(storage.address() + at, part), at);
        if (count < 0) {
          storage.release();
          throw new IOException("the file ended after " + at + " of " + bytes + " bytes");
        }
        at += count;
      }
      return storage;
    }

    @Override
    public void release() {
      try {
        file.close();
      } catch (IOException e) {
        throw failed("close a file in", e);
      }
    }
  }

  /** Elements of a device in host memory. */
  private final class OnHost implements Packed {
    private final Spec spec;
    private final Strides strides;
    private final long bytes;
    private final Storage host;

    OnHost(Tensor rows, long bytes) {
      spec = rows.spec();
      strides = rows.strides();
      this.bytes = bytes;
      host = Allocator.current().allocate(bytes);
      long offset = rows.storageOffset() * rows.dtype().bytes();
      rows.backend().download(rows.storage(), offset, host.address(), bytes);
    }

    @Override
    public Tensor unpack() {
      bytesIn.addAndGet(bytes);
      Tensor made = Tensor.empty(spec, strides);
      made.backend().upload(host.address(), made.storage(), 0, bytes);
      return made;
    }

    @Override
    public void release() {
      host.release();
    }
  }
}
