package ai.cresset.backend.cuda;

import ai.cresset.backend.LoopNest;
import ai.cresset.backend.View;
import ai.cresset.error.DeviceException;
import ai.cresset.error.ShapeException;
import ai.cresset.memory.NativeMemory;
import java.util.Locale;
import jcuda.CudaException;
import jcuda.driver.CUfunction_attribute;
import jcuda.driver.JCudaDriver;
import org.jspecify.annotations.Nullable;

/**
 * One call of a kernel: its arguments in the order of its parameters, then {@code run}. The
 * arguments go through one raw table per thread, which costs a tenth of JCuda's own pointers; so a
 * call is run before the thread prepares the next one.
 */
final class Launch {
  /** The most dimensions of a {@code Nest} after merging. */
  static final int MAX_RANK = 12;

  /** More shared memory than this has to be asked for. */
  private static final int PLAIN_SHARED_BYTES = 48 * 1024;

  private static final int MAX_THREADS = 1024;

  private final CudaContext context;
  private final Kernel kernel;
  private final ArgumentTable arguments;
  private Failures.@Nullable Slot failure;

  Launch(CudaContext context, Kernel kernel) {
    this.context = context;
    this.kernel = kernel;
    this.arguments = ArgumentTable.begin(this);
  }

  /** The kernel's. */
  String name() {
    return kernel.name();
  }

  private long argument(int bytes) {
    return arguments.add(this, bytes);
  }

  /** A pointer to the first element of a view. */
  Launch view(View view) {
    if (!view.storage().device().equals(context.device())) {
      throw DeviceException.mismatch(kernel.name(), context.device(), view.storage().device());
    }
    return address(view.address());
  }

  /** A pointer to a view, or a null pointer. */
  Launch optional(@Nullable View view) {
    return view == null ? address(0) : view(view);
  }

  /** A pointer. */
  Launch address(long address) {
    return int64(address);
  }

  Launch int64(long value) {
    NativeMemory.putLong(argument(Long.BYTES), value);
    return this;
  }

  /** A struct of int64 members. */
  Launch int64s(long... values) {
    long at = argument(values.length * Long.BYTES);
    for (int i = 0; i < values.length; i++) {
      NativeMemory.putLong(at + (long) i * Long.BYTES, values[i]);
    }
    return this;
  }

  Launch int32(int value) {
    NativeMemory.putInt(argument(Integer.BYTES), value);
    return this;
  }

  Launch float32(float value) {
    NativeMemory.putFloat(argument(Float.BYTES), value);
    return this;
  }

  Launch float64(double value) {
    NativeMemory.putDouble(argument(Double.BYTES), value);
    return this;
  }

  /** A {@code Nest<views>} of the prelude. */
  Launch nest(LoopNest nest, int views) {
    if (nest.rank() > MAX_RANK) {
      throw ShapeException.mismatch(
          kernel.name(), "at most " + MAX_RANK + " dimensions that do not merge", nest.rank());
    }
    long at = argument((2 + MAX_RANK * (1 + views)) * Long.BYTES);
    NativeMemory.putLong(at, nest.rank());
    NativeMemory.putLong(at + Long.BYTES, nest.count());
    long sizes = at + 2 * Long.BYTES;
    for (int dim = 0; dim < MAX_RANK; dim++) {
      boolean used = dim < nest.rank();
      NativeMemory.putLong(sizes + (long) dim * Long.BYTES, used ? nest.loop(dim).size() : 1);
      for (int view = 0; view < views; view++) {
        NativeMemory.putLong(
            sizes + (long) (MAX_RANK * (view + 1) + dim) * Long.BYTES,
            used ? nest.loop(dim).stride(view) : 0);
      }
    }
    return this;
  }

  /**
   * A {@code Failure*} of the prelude for kernels that check indexes: an index outside of {@code
   * [0, size)} becomes a ShapeException, at once when launches block, otherwise when the host next
   * waits for the device. One for each call.
   */
  Launch failure(String operation, long size) {
    if (failure != null) {
      throw new IllegalStateException(kernel.name() + " has two slots for failures");
    }
    Failures.Slot slot = context.failures().take(operation, size);
    failure = slot;
    return address(context.failures().address(slot));
  }

  /** Enough blocks of {@code threads} threads for {@code items} items, one each. */
  void runFor(long items, int threads) {
    run((items + threads - 1) / threads, 1, 1, threads, 0);
  }

  /** Starts the kernel on the compute stream. */
  void run(long blocks, int threads, int sharedBytes) {
    run(blocks, 1, 1, threads, sharedBytes);
  }

  /** Starts the kernel on the compute stream; nothing happens for an empty grid. */
  void run(long gridX, long gridY, long gridZ, int threads, int sharedBytes) {
    run(gridX, gridY, gridZ, threads, 1, 1, sharedBytes);
  }

  /** Starts the kernel with blocks of up to three dimensions. */
  void run(
      long gridX,
      long gridY,
      long gridZ,
      int threadsX,
      int threadsY,
      int threadsZ,
      int sharedBytes) {
    arguments.check(this);
    boolean empty = gridX == 0 || gridY == 0 || gridZ == 0;
    if (empty) {
      giveUp();
      return;
    }
    if (gridX > Integer.MAX_VALUE
        || gridY > 65_535
        || gridZ > 65_535
        || (long) threadsX * threadsY * threadsZ > MAX_THREADS) {
      giveUp();
      throw new IllegalStateException(
          kernel.name()
              + shape(gridX, gridY, gridZ, threadsX, threadsY, threadsZ)
              + " is larger than a device takes (2^31-1 x 65535 x 65535 blocks of 1024 threads)");
    }
    context.enter();
    try {
      if (sharedBytes > PLAIN_SHARED_BYTES) {
        JCudaDriver.cuFuncSetAttribute(
            kernel.function(),
            CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES,
            sharedBytes);
      }
      JCudaDriver.cuLaunchKernel(
          kernel.function(),
          (int) gridX,
          (int) gridY,
          (int) gridZ,
          threadsX,
          threadsY,
          threadsZ,
          sharedBytes,
          context.computeStream(),
          arguments.address(),
          null);
    } catch (CudaException e) {
      giveUp();
      throw context.failed(
          "starting "
              + kernel.name()
              + shape(gridX, gridY, gridZ, threadsX, threadsY, threadsZ)
              + " with "
              + sharedBytes
              + " bytes of shared memory and arguments "
              + arguments.describe(),
          e);
    }
    if (failure != null) {
      context.failures().started(failure);
      failure = null;
    }
    context.launched(kernel);
  }

  private void giveUp() {
    if (failure != null) {
      context.failures().unused(failure);
      failure = null;
    }
  }

  private static String shape(long x, long y, long z, int threadsX, int threadsY, int threadsZ) {
    return String.format(
        Locale.ROOT,
        " on %d x %d x %d blocks of %d x %d x %d threads",
        x,
        y,
        z,
        threadsX,
        threadsY,
        threadsZ);
  }
}
