package ai.cresset.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.backend.conformance.Layout;
import ai.cresset.backend.conformance.MatmulConformance;
import ai.cresset.backend.conformance.Samples;
import ai.cresset.backend.conformance.Samples.Sample;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Matrix products where cuBLAS is absent, and on tensor cores for float32. tests/long.sh runs all
 * of the conformance suite's in the same way.
 */
@OnCuda
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TileMatmulTest {
  private CudaBackend backend;

  @BeforeAll
  void open() {
    backend = new CudaBackend(new CudaContext(Device.cuda(0)));
    backend.leaveOutCublas();
  }

  private void onOurKernels(Consumer<MatmulConformance> products) {
    long before = backend.launches();
    products.accept(() -> backend);
    assertTrue(backend.launches() > before, "no kernel was started");
  }

  @Test
  void narrowTypesOfAlignedAndOddSizes() {
    onOurKernels(on -> on.productsOfAlignedAndOddSizes(DType.BFLOAT16));
  }

  @Test
  void wideTypesLargerThanATile() {
    onOurKernels(on -> on.productsLargerThanATile(DType.FLOAT64));
  }

  @Test
  void everyLayout() {
    onOurKernels(on -> on.productsOfEveryLayout(DType.FLOAT32));
  }

  @Test
  void oneMatrixForAWholeBatch() {
    onOurKernels(on -> on.oneMatrixForAWholeBatch(DType.FLOAT32));
  }

  @Test
  void tf32RoundsFactorsAndNothingElse() {
    backend.allowTf32(true);
    try (Samples samples = new Samples(backend)) {
      for (long[] size :
          new long[][] {{1, 40, 24, 24}, {2, 72, 40, 40}, {1, 72, 40, 136}, {1, 7, 700, 9}}) {
        Sample a = samples.random(DType.FLOAT32, Layout.CONTIGUOUS, size[0], size[1], size[2]);
        Sample b = samples.random(DType.FLOAT32, Layout.TRANSPOSED, size[0], size[2], size[3]);
        Sample c = samples.random(DType.FLOAT32, Layout.CONTIGUOUS, size[0], size[1], size[3]);
        samples.reference().matmul(a.expected(), b.expected(), c.expected(), true);
        backend.matmul(a.actual(), b.actual(), c.actual(), true);
        samples.assertClose("tf32", c, 1e-1);
        double[] expected = samples.values(c.expected());
        double[] actual = samples.actualValues(c);
        double distance = 0;
        for (int i = 0; i < expected.length; i++) {
          distance = Math.max(distance, Math.abs(expected[i] - actual[i]));
        }
        assertTrue(distance > 1e-4, "no factor was rounded: " + distance);
      }
    } finally {
      backend.allowTf32(false);
    }
  }

  @Test
  void aPropertyAllowsTf32FromTheBeginning() {
    System.setProperty(CudaPrecision.TF32, "true");
    try {
      assertTrue(new CudaPrecision().allowsTf32());
    } finally {
      System.clearProperty(CudaPrecision.TF32);
    }
    assertFalse(new CudaPrecision().allowsTf32());
  }
}
