package ai.cresset.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.cresset.memory.Storage;
import ai.cresset.type.Device;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jcuda.Pointer;
import jcuda.driver.JCudaDriver;
import org.junit.jupiter.api.Test;

@OnCuda
final class CudaEmulatorTest {
  @Test
  void aKernelRunsOverARealLaunch() {
    CudaContext context = new CudaContext(Device.cuda(0));
    Kernel kernel =
        context
            .kernels()
            .generated(
                "fill",
                "extern \"C\" __global__ void fill(float* x, float value, i64 n) {\n"
                    + "  i64 i = global_thread();\n"
                    + "  if (i < n) x[i] = value * (float)i;\n"
                    + "}\n");
    Storage storage = context.allocate(4000);
    context.launch(kernel).address(storage.address()).float32(0.5f).int64(1000).runFor(1000, 128);
    context.synchronize();
    ByteBuffer host = ByteBuffer.allocateDirect(4000).order(ByteOrder.nativeOrder());
    JCudaDriver.cuMemcpyDtoH(Pointer.to(host), new DeviceAddress(storage.address()), 4000);
    assertEquals(499.5f, host.getFloat(3996));
    storage.release();
  }
}
