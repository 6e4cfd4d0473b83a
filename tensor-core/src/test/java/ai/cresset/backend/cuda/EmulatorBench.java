package ai.cresset.backend.cuda;

import ai.cresset.memory.NativeMemory;
import ai.cresset.memory.Storage;
import ai.cresset.type.Device;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jcuda.driver.JCudaDriver;

/**
 * Runs small kernels {@code void kernel(const float* x, float* y, i64 n)} and gives what they
 * wrote.
 */
final class EmulatorBench {
  static final String[] ORDERS = {"forward", "reverse", "warps", "warps-reverse", "random:1"};

  private final CudaContext context = new CudaContext(Device.cuda(0));

  /** What {@code y}, of the size of {@code x}, holds afterwards. */
  float[] run(String body, float[] x, int blocks, int threads, int sharedBytes) {
    String source =
        "extern \"C\" __global__ void kernel(const float* x, float* y, i64 n) {\n" + body + "\n}\n";
    Kernel kernel = context.kernels().generated("kernel", source);
    int bytes = x.length * Float.BYTES;
    ByteBuffer host = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    host.asFloatBuffer().put(x);
    HostAddress hostAddress = new HostAddress(NativeMemory.address(host));
    Storage from = context.allocate(bytes);
    Storage to = context.allocate(bytes);
    try {
      JCudaDriver.cuMemcpyHtoD(new DeviceAddress(from.address()), hostAddress, bytes);
      context
          .launch(kernel)
          .address(from.address())
          .address(to.address())
          .int64(x.length)
          .run(blocks, threads, sharedBytes);
      context.synchronize();
      JCudaDriver.cuMemcpyDtoH(hostAddress, new DeviceAddress(to.address()), bytes);
    } finally {
      from.release();
      to.release();
    }
    float[] y = new float[x.length];
    host.asFloatBuffer().get(y);
    return y;
  }
}
