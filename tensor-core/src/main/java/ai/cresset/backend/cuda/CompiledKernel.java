package ai.cresset.backend.cuda;

import ai.cresset.backend.View;

/** A user's kernel on one device. Thread-safe; its calls are not. */
public final class CompiledKernel {
  private final CudaContext context;
  private final Kernel kernel;

  CompiledKernel(CudaContext context, Kernel kernel) {
    this.context = context;
    this.kernel = kernel;
  }

  /** Begins a call; it is run before the thread begins another. */
  public Call call() {
    return new Call(context.launch(kernel));
  }

  /** One call: arguments in the order of the parameters, then {@code run}. */
  public static final class Call {
    private final Launch launch;

    private Call(Launch launch) {
      this.launch = launch;
    }

    /** A pointer to the first element. */
    public Call view(View view) {
      launch.view(view);
      return this;
    }

    public Call int32(int value) {
      launch.int32(value);
      return this;
    }

    public Call int64(long value) {
      launch.int64(value);
      return this;
    }

    public Call float32(float value) {
      launch.float32(value);
      return this;
    }

    public Call float64(double value) {
      launch.float64(value);
      return this;
    }

    /**
     * Starts the kernel, after all that were started before.
     *
     * @param blocks 3 sizes
     * @param threads 3 sizes
     * @param sharedBytes dynamic shared memory of each block
     */
    public void run(long[] blocks, int[] threads, int sharedBytes) {
      launch.run(blocks[0], blocks[1], blocks[2], threads[0], threads[1], threads[2], sharedBytes);
    }
  }
}
