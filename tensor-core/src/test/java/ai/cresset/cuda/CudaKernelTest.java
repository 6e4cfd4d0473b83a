package ai.cresset.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.backend.cuda.DeviceMemoryStatistics;
import ai.cresset.backend.cuda.OnCuda;
import ai.cresset.error.DeviceException;
import ai.cresset.error.ShapeException;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.CustomFunction;
import ai.cresset.tensor.op.Context;
import ai.cresset.tensor.op.Needs;
import ai.cresset.type.Device;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@NullUnmarked
@OnCuda
class CudaKernelTest {
  private static final String SOURCE =
      """
      extern "C" __global__ void cube(const float* x, float* y, i64 count) {
        i64 i = global_thread();
        if (i < count) y[i] = x[i] * x[i] * x[i];
      }

      extern "C" __global__ void slope(const float* x, const float* g, float* out, i64 count) {
        i64 i = global_thread();
        if (i < count) out[i] = 3.0f * x[i] * x[i] * g[i];
      }
      """;
  private static final Device DEVICE = Device.cuda(0);

  /** x^3 by a kernel, its derivative by another. */
  record Cube(CudaKernel forward, CudaKernel backward) implements CustomFunction {
    @Override
    public List<Tensor> forward(Context context, List<Tensor> inputs) {
      Tensor x = inputs.get(0);
      context.save(x);
      Tensor y = Tensor.empty(x.spec());
      forward.call().input(x).output(y).int64(x.numel()).runFor(x.numel(), 128);
      return List.of(y);
    }

    @Override
    public List<@Nullable Tensor> backward(
        Context context, List<@Nullable Tensor> gradients, Needs needs) {
      Tensor x = context.saved(0);
      Tensor gradient = gradients.get(0).contiguous();
      Tensor result = Tensor.empty(x.spec());
      backward
          .call()
          .input(x)
          .input(gradient)
          .output(result)
          .int64(x.numel())
          .run(Grid.of((x.numel() + 63) / 64, 64));
      return List.of(result);
    }
  }

  @Test
  void ownKernelsTrainInsideOfACustomFunction() {
    CudaKernel forward = CudaKernel.compile(DEVICE, "cube", SOURCE);
    CudaKernel backward = CudaKernel.compile(DEVICE, "slope", SOURCE);
    long before = Cuda.launches(DEVICE);
    try (Scope scope = Scope.open("test")) {
      Tensor x = Tensor.of(new float[] {1, -2, 3}, 3).to(DEVICE).detach().requiresGrad(true);
      Tensor y = new Cube(forward, backward).apply(x);
      assertArrayEquals(new float[] {1, -8, 27}, y.toFloatArray());
      y.mul(2).sum().backward();
      assertArrayEquals(new float[] {6, 24, 54}, x.grad().toFloatArray());
    }
    assertTrue(Cuda.launches(DEVICE) >= before + 2);
  }

  @Test
  void operandsThatDoNotFitAreRefused() {
    CudaKernel kernel = CudaKernel.compile(DEVICE, "cube", SOURCE);
    try (Scope scope = Scope.open("test")) {
      Tensor host = Tensor.of(new float[] {1}, 1);
      assertThrows(DeviceException.class, () -> kernel.call().input(host));
      Tensor gaps = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2).to(DEVICE).t();
      assertThrows(ShapeException.class, () -> kernel.call().input(gaps));
      DeviceException error =
          assertThrows(DeviceException.class, () -> CudaKernel.compile(Device.CPU, "cube", SOURCE));
      assertEquals(
          "CudaKernel: expected a CUDA device, got cpu; name one such as Device.cuda(0)",
          error.getMessage());
    }
  }

  @Test
  void devicesSayWhatTheyAreAndHold() {
    assertTrue(Cuda.isAvailable());
    assertTrue(Cuda.deviceCount() >= 1);
    assertEquals(DEVICE, Cuda.current());
    assertTrue(Cuda.properties(DEVICE).totalBytes() > 0);
    DeviceMemoryStatistics before = Cuda.memoryStatistics(DEVICE);
    Cuda.resetPeak(DEVICE);
    try (Scope scope = Scope.open("test")) {
      Tensor.zeros(Tensor.of(new float[1 << 16], 1 << 16).to(DEVICE).spec());
      assertEquals(
          before.allocatedBytes() + (2 << 18), Cuda.memoryStatistics(DEVICE).peakAllocatedBytes());
    }
    Cuda.synchronize(DEVICE);
    Cuda.emptyCache(DEVICE);
    assertEquals(before.allocatedBytes(), Cuda.memoryStatistics(DEVICE).allocatedBytes());
    Cuda.allowTf32(DEVICE, true);
    assertTrue(Cuda.allowsTf32(DEVICE));
    Cuda.allowTf32(DEVICE, false);
  }
}
