package ai.cresset.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.DeviceException;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import jcuda.CudaException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The emulator runs right kernels rightly in every order of threads, and shows common mistakes. */
@OnCuda
final class PlantedBugsTest {
  private static final EmulatorBench BENCH = new EmulatorBench();

  @AfterEach
  void usualOrder() {
    CudaEmulator.set("order", "mixed");
  }

  /**
   * A kernel, the same with a mistake, and what is right.
   *
   * @param right body of the kernel
   * @param from what is wrongly written...
   * @param to ...like this
   */
  record Case(
      String name,
      String right,
      String from,
      String to,
      int size,
      int blocks,
      int threads,
      UnaryOperator<float[]> expected) {
    String wrong() {
      String wrong = right.replace(from, to);
      assertFalse(wrong.equals(right), name);
      return wrong;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static float[] backwards(float[] x) {
    float[] y = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = x[x.length - 1 - i];
    }
    return y;
  }

  private static float[] doubled(float[] x) {
    float[] y = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = 2 * x[i];
    }
    return y;
  }

  private static float[] total(float[] x) {
    float sum = 0;
    for (float value : x) {
      sum += value;
    }
    float[] y = new float[x.length];
    Arrays.fill(y, sum);
    return y;
  }

  static Stream<Case> cases() {
    String reverse =
        """
        __shared__ float s[128];
        s[threadIdx.x] = x[threadIdx.x];
        __syncthreads();
        y[threadIdx.x] = s[n - 1 - threadIdx.x];""";
    String shuffled =
        """
        float v = x[threadIdx.x];
        for (int offset = 16; offset > 0; offset >>= 1) {
          v += __shfl_xor_sync(0xffffffffu, v, offset, 32);
        }
        y[threadIdx.x] = v;""";
    String tail =
        """
        i64 i = global_thread();
        if (i < n) y[i] = 2 * x[i];""";
    String vectors =
        """
        i64 i = 4 * global_thread();
        if (i + 4 <= n) {
          float4 v = *(const float4*)(x + i);
          *(float4*)(y + i) = make_float4(2 * v.x, 2 * v.y, 2 * v.z, 2 * v.w);
        } else {
          for (; i < n; i++) y[i] = 2 * x[i];
        }""";
    String pair =
        """
        float2 last = *(const float2*)(x + n - 2);
        y[threadIdx.x] = 2 * x[threadIdx.x] + 0 * last.x;""";
    String dynamic =
        """
        DYNAMIC_SHARED(float, sum);
        if (threadIdx.x == 0) sum[0] = 0;
        __syncthreads();
        atomicAdd(&sum[0], x[threadIdx.x]);
        __syncthreads();
        y[threadIdx.x] = sum[0];""";
    String fixed = dynamic.replace("DYNAMIC_SHARED(float, sum)", "__shared__ float sum[1]");
    String warps =
        """
        __shared__ float s[128];
        s[threadIdx.x] = x[threadIdx.x];
        __syncwarp();
        float v = s[threadIdx.x ^ 1];
        __syncwarp();
        y[threadIdx.x] = v + x[threadIdx.x] - v + s[threadIdx.x];""";
    UnaryOperator<float[]> backwards = PlantedBugsTest::backwards;
    UnaryOperator<float[]> doubled = PlantedBugsTest::doubled;
    UnaryOperator<float[]> total = PlantedBugsTest::total;
    return Stream.of(
        new Case("missing barrier", reverse, "__syncthreads();", "", 128, 1, 128, backwards),
        new Case(
            "barrier of a warp where the block's is needed",
            reverse,
            "__syncthreads",
            "__syncwarp",
            128,
            1,
            128,
            backwards),
        new Case("missing barrier of a warp", warps, "__syncwarp();", "", 128, 1, 128, doubled),
        new Case(
            "wrong width of a shuffle", shuffled, "offset, 32", "offset, 16", 32, 1, 32, total),
        new Case("half of a reduction", shuffled, "= 16", "= 8", 32, 1, 32, total),
        new Case("mask of half a warp", shuffled, "0xffffffffu", "0xffffu", 32, 1, 32, total),
        new Case("one past the end", tail, "i < n", "i <= n", 255, 1, 256, doubled),
        new Case("no check of the end", tail, "if (i < n) ", "", 1000, 8, 128, doubled),
        new Case("vector past the end", vectors, "i + 4 <= n", "i < n", 1001, 2, 128, doubled),
        new Case("tail of vectors forgotten", vectors, "i < n", "false", 1001, 2, 128, doubled),
        new Case("unaligned vector", pair, "n - 2", "n - 1 - 2", 8, 1, 8, doubled),
        new Case("dynamic shared memory not cleared", dynamic, "sum[0] = 0", "", 64, 1, 64, total),
        new Case("shared memory not cleared", fixed, "sum[0] = 0", "", 64, 1, 64, total),
        new Case(
            "read before others have added",
            dynamic,
            "x[threadIdx.x]);\n__syncthreads()",
            "x[threadIdx.x])",
            64,
            1,
            64,
            total));
  }

  private static boolean isRight(Case each, String body, String order) {
    float[] x = new float[each.size()];
    for (int i = 0; i < x.length; i++) {
      x[i] = i + 1;
    }
    CudaEmulator.set("order", order);
    try {
      float[] y = BENCH.run(body, x, each.blocks(), each.threads(), Float.BYTES);
      return Arrays.equals(each.expected().apply(x), y);
    } catch (DeviceException | CudaException e) {
      return false;
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aMistakeShowsInSomeOrderAndTheRightKernelRunsInAll(Case each) {
    boolean caught = false;
    for (String order : EmulatorBench.ORDERS) {
      assertTrue(isRight(each, each.right(), order), each + ", right kernel, " + order);
      caught |= !isRight(each, each.wrong(), order);
    }
    assertTrue(caught, each + " is not seen in any order");
  }

  @Test
  void blocksOfALargeGridAllRunOnce() {
    float[] x = new float[3001];
    Arrays.fill(x, 1);
    for (String order : EmulatorBench.ORDERS) {
      CudaEmulator.set("order", order);
      float[] y =
          BENCH.run(
              "if (threadIdx.x == 0) { y[blockIdx.x] = 0; atomicAdd(&y[blockIdx.x], x[0]); }",
              x,
              3001,
              32,
              0);
      assertArrayEquals(x, y, order);
    }
  }
}
