package ai.cresset.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.backend.Backends;
import ai.cresset.backend.Int8Matmul;
import ai.cresset.memory.Scope;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Creation;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** oneDNN's product of 8-bit integers, on whatever instruction set this machine has. */
@ExtendWith(LeakCheck.class)
class DnnlInt8MatmulTest {
  private final DnnlInt8Matmul product =
      new DnnlInt8Matmul(new ThreadTeam(2), new OpenMpThreads(2));

  @Test
  void sumsOfSevenBitsAreExactOnEveryInstructionSet() {
    Generator generator = new Generator(3);
    for (int[] sizes : new int[][] {{1, 1, 1}, {1, 64, 300}, {7, 5, 33}, {32, 48, 1024}}) {
      try (Scope scope = Scope.open("random")) {
        Tensor left = Creation.randint(0, 128, Shape.of(sizes[0], sizes[2]), generator);
        Tensor right = Creation.randint(-128, 128, Shape.of(sizes[1], sizes[2]), generator);
        check(left, right, 77, true);
        check(left, right, 0, false);
      }
    }
  }

  @Test
  void theLargestNumbersDoNotSaturate() {
    for (int weight : new int[] {-128, 127}) {
      try (Scope scope = Scope.open("largest")) {
        for (long rows : new long[] {1, 4, 64}) {
          check(full(Int8Matmul.LARGEST_LEFT, rows, 256), full(weight, 48, 256), 0, false);
        }
      }
    }
  }

  private static Tensor full(int value, long rows, long columns) {
    return Tensor.full(Tensor.spec(DType.INT64, rows, columns), value);
  }

  private void check(Tensor left, Tensor right, int zeroPoint, boolean biased) {
    long rows = left.size(0);
    long columns = right.size(0);
    Tensor scales = Tensor.arange(columns).add(1).to(DType.FLOAT32).mul(0.25);
    Tensor bias = biased ? Tensor.arange(columns).to(DType.FLOAT32).sub(3) : null;
    Tensor output = Tensor.empty(Tensor.spec(DType.FLOAT32, rows, columns));
    run(left.to(DType.UINT8), zeroPoint, right.to(DType.INT8), scales, bias, output);
    Tensor sums = left.sub(zeroPoint).matmul(right.t()).to(DType.FLOAT64);
    Tensor expected = sums.mul(scales.to(DType.FLOAT64)).mul(0.5);
    double[] wanted = (bias == null ? expected : expected.add(bias)).toDoubleArray();
    double[] got = output.toDoubleArray();
    for (int i = 0; i < got.length; i++) {
      assertEquals(wanted[i], got[i], 1e-6 * Math.abs(wanted[i]), "element " + i);
    }
  }

  private void run(
      Tensor left, int zeroPoint, Tensor right, Tensor scales, @Nullable Tensor bias, Tensor out) {
    product.int8Matmul(
        left.materialize(),
        0.5f,
        zeroPoint,
        right.materialize(),
        scales.materialize(),
        bias == null ? null : bias.materialize(),
        out.materialize());
  }

  @Test
  void theCapabilityIsThereFromAvx2On() {
    assertFalse(DnnlInt8Matmul.isFast(dnnl.dnnl_cpu_isa_sse41));
    assertFalse(DnnlInt8Matmul.isFast(dnnl.dnnl_cpu_isa_avx));
    assertTrue(DnnlInt8Matmul.isFast(dnnl.dnnl_cpu_isa_avx2));
    assertTrue(DnnlInt8Matmul.isFast(dnnl.dnnl_cpu_isa_avx512_core));
    assertTrue(DnnlInt8Matmul.isFast(dnnl.dnnl_cpu_isa_avx2_vnni));
    assertTrue(DnnlInt8Matmul.isFast(dnnl.dnnl_cpu_isa_avx512_core_vnni));
    assertTrue(DnnlInt8Matmul.isFast(dnnl.dnnl_cpu_isa_avx512_core_amx));
    boolean fast = DnnlInt8Matmul.isFast(dnnl.dnnl_get_effective_cpu_isa());
    assertEquals(
        fast, Backends.of(Device.CPU).capability(Int8Matmul.class).isPresent(), "of this machine");
  }

  @Test
  void noReferenceLoopIsChosenWhereItIsUsed() {
    if (!DnnlInt8Matmul.isFast(dnnl.dnnl_get_effective_cpu_isa())) {
      System.out.println("not checked: this processor has no AVX2");
      return;
    }
    Tensor scales = Tensor.ones(512);
    for (long rows : new long[] {1, 3, 256}) {
      Tensor left = full(1, rows, 512).to(DType.UINT8);
      Tensor right = full(1, 512, 512).to(DType.INT8);
      for (Tensor bias : new @Nullable Tensor[] {null, scales}) {
        String chosen =
            product.implementation(
                left.materialize(), right.materialize(), bias == null ? null : bias.materialize());
        assertFalse(chosen.contains("ref"), rows + " rows: " + chosen);
      }
    }
  }
}
