package ai.cresset.cuda;

import ai.cresset.backend.cuda.CompiledKernel;
import ai.cresset.error.DeviceException;
import ai.cresset.error.ShapeException;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Device;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;

/**
 * A kernel of the user's own, in CUDA C:
 *
 * <pre>{@code
 * CudaKernel scale = CudaKernel.compile(device, "scale", """
 *     extern "C" __global__ void scale(const float* in, float* out, float by, i64 count) {
 *       i64 i = global_thread();
 *       if (i < count) out[i] = in[i] * by;
 *     }
 *     """);
 * Tensor y = Tensor.empty(x.spec());
 * scale.call().input(x).output(y).float32(2).int64(x.numel()).runFor(x.numel(), 256);
 * }</pre>
 *
 * <p>No header is needed: {@code i32}, {@code i64}, {@code bf16}, {@code f16}, {@code
 * global_thread()} and the rest of {@code prelude.cuh} come before the source. Compiled code is
 * kept on disk for the next process. To differentiate through a kernel, call it in a {@link
 * ai.cresset.tensor.autograd.CustomFunction}.
 *
 * <p>Thread-safe; a call belongs to one thread.
 */
public final class CudaKernel {
  private final Device device;
  private final String function;
  private final CompiledKernel kernel;

  private CudaKernel(Device device, String function, CompiledKernel kernel) {
    this.device = device;
    this.function = function;
    this.kernel = kernel;
  }

  /**
   * Compiles for one device; the same source again costs a look-up.
   *
   * @param function the kernel's name in the source, {@code extern "C" __global__ void}
   * @param source CUDA C (C++17)
   * @throws DeviceException with the compiler's messages, or if the device is absent
   */
  public static CudaKernel compile(Device device, String function, String source) {
    return new CudaKernel(
        device, function, Cuda.backend("CudaKernel", device).compile(function, source));
  }

  /** Begins a call; arguments follow in the order of the kernel's parameters. */
  public Call call() {
    return new Call();
  }

  /** One call. It is run before the thread calls another kernel or operation. */
  public final class Call {
    private final CompiledKernel.Call call = kernel.call();
    private final List<Tensor> tensors = new ArrayList<>();
    private final List<Tensor> outputs = new ArrayList<>();

    private Call() {}

    /**
     * A pointer to the elements of a tensor, which the kernel only reads.
     *
     * @param tensor contiguous, on the kernel's device
     */
    public Call input(Tensor tensor) {
      if (!tensor.device().equals(device)) {
        throw DeviceException.mismatch("kernel " + function, device, tensor.device());
      }
      if (!tensor.isContiguous()) {
        throw ShapeException.mismatch(
            "kernel " + function,
            "a contiguous tensor",
            tensor.spec() + " with gaps",
            "pass tensor.contiguous()");
      }
      call.view(tensor.materialize());
      tensors.add(tensor);
      return this;
    }

    /** A pointer to the elements of a tensor that the kernel writes. */
    public Call output(Tensor tensor) {
      input(tensor);
      outputs.add(tensor);
      return this;
    }

    public Call int32(int value) {
      call.int32(value);
      return this;
    }

    public Call int64(long value) {
      call.int64(value);
      return this;
    }

    public Call float32(double value) {
      call.float32((float) value);
      return this;
    }

    public Call float64(double value) {
      call.float64(value);
      return this;
    }

    /** Starts enough blocks of {@code threads} threads for one thread for each item. */
    public void runFor(long items, int threads) {
      run(Grid.of((items + threads - 1) / threads, threads));
    }

    /** Starts the kernel, after all that were started before; does not wait. */
    public void run(Grid grid) {
      call.run(
          new long[] {grid.blocksX(), grid.blocksY(), grid.blocksZ()},
          new int[] {grid.threadsX(), grid.threadsY(), grid.threadsZ()},
          grid.sharedBytes());
      outputs.forEach(each -> each.storage().changed(function));
      Reference.reachabilityFence(tensors);
    }
  }
}
