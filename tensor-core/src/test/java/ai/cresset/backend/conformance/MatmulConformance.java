package ai.cresset.backend.conformance;

import static ai.cresset.backend.conformance.Layout.CONTIGUOUS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.cresset.backend.Backend;
import ai.cresset.backend.View;
import ai.cresset.backend.conformance.Samples.Sample;
import ai.cresset.error.DTypeException;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import ai.cresset.type.Strides;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Matrix products. */
public interface MatmulConformance {
  Backend backend();

  private static View swapped(View view) {
    return new View(
        view.storage(),
        view.offset(),
        Shape.of(view.shape().size(0), view.shape().size(2), view.shape().size(1)),
        Strides.of(view.strides().stride(0), view.strides().stride(2), view.strides().stride(1)),
        view.dtype());
  }

  private static Sample swapped(Sample sample) {
    return new Sample(swapped(sample.expected()), swapped(sample.actual()));
  }

  /** A matrix whose rows and columns may be exchanged in memory. */
  private static Sample matrix(
      Samples samples, DType dtype, Layout layout, boolean swap, long b, long m, long n) {
    return swap
        ? swapped(samples.random(dtype, layout, b, n, m))
        : samples.random(dtype, layout, b, m, n);
  }

  private void multiply(Samples samples, Sample a, Sample b, Sample c, boolean accumulate) {
    samples.reference().matmul(a.expected(), b.expected(), c.expected(), accumulate);
    backend().matmul(a.actual(), b.actual(), c.actual(), accumulate);
    DType dtype = c.expected().dtype();
    double tolerance =
        switch (dtype) {
          case FLOAT64 -> 1e-12;
          case FLOAT32 -> 1e-4;
          case FLOAT16 -> 1e-2;
          case BFLOAT16 -> 6e-2;
          default -> 0;
        };
    String what = a.expected() + " x " + b.expected() + (accumulate ? " +=" : "");
    samples.assertClose(what, c, tolerance);
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"FLOAT16", "BFLOAT16", "FLOAT32", "FLOAT64", "UINT8", "INT64"})
  default void productsOfEveryLayout(DType dtype) {
    long[][] sizes = {{1, 3, 4, 5}, {2, 17, 33, 9}, {4, 1, 8, 1}, {3, 5, 1, 7}, {1, 1, 1, 1}};
    try (Samples samples = new Samples(backend())) {
      for (long[] s : sizes) {
        for (Layout left : Layout.values()) {
          for (Layout right : Layout.values()) {
            for (int swap = 0; swap < 8; swap++) {
              Sample a = matrix(samples, dtype, left, (swap & 1) != 0, s[0], s[1], s[2]);
              Sample b = matrix(samples, dtype, right, (swap & 2) != 0, s[0], s[2], s[3]);
              Layout out = Layout.WRITABLE[(left.ordinal() + right.ordinal()) % 3];
              Sample c = matrix(samples, dtype, out, (swap & 4) != 0, s[0], s[1], s[3]);
              multiply(samples, a, b, c, (left.ordinal() + swap) % 2 == 0);
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"FLOAT32", "FLOAT64"})
  default void productsLargerThanATile(DType dtype) {
    try (Samples samples = new Samples(backend())) {
      for (int swap = 0; swap < 4; swap++) {
        Sample a = matrix(samples, dtype, CONTIGUOUS, (swap & 1) != 0, 1, 70, 130);
        Sample b = matrix(samples, dtype, CONTIGUOUS, (swap & 2) != 0, 1, 130, 300);
        Sample c = matrix(samples, dtype, CONTIGUOUS, false, 1, 70, 300);
        multiply(samples, a, b, c, false);
        multiply(samples, a, b, c, true);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"FLOAT16", "BFLOAT16", "FLOAT32", "FLOAT64"})
  default void productsOfAlignedAndOddSizes(DType dtype) {
    // Large and aligned, narrow, a long sum for few results, vectors, a step more than a block.
    long[][] sizes = {
      {1, 72, 96, 136},
      {1, 136, 40, 24},
      {1, 5, 1500, 8},
      {2, 1, 40, 72},
      {1, 130, 33, 1},
      {3, 65, 8, 65}
    };
    try (Samples samples = new Samples(backend())) {
      for (long[] s : sizes) {
        for (int swap = 0; swap < 4; swap++) {
          Sample a = matrix(samples, dtype, CONTIGUOUS, (swap & 1) != 0, s[0], s[1], s[2]);
          Sample b = matrix(samples, dtype, CONTIGUOUS, (swap & 2) != 0, s[0], s[2], s[3]);
          Sample c = matrix(samples, dtype, CONTIGUOUS, swap == 3, s[0], s[1], s[3]);
          multiply(samples, a, b, c, swap % 2 == 1);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"BFLOAT16", "FLOAT32"})
  default void oneMatrixForAWholeBatch(DType dtype) {
    try (Samples samples = new Samples(backend())) {
      Sample matrix = matrix(samples, dtype, CONTIGUOUS, false, 1, 24, 40);
      Sample many = matrix(samples, dtype, CONTIGUOUS, false, 3, 16, 24);
      Sample c = matrix(samples, dtype, CONTIGUOUS, false, 3, 16, 40);
      multiply(samples, many, repeated(matrix, 3), c, true);
      Sample turned = matrix(samples, dtype, CONTIGUOUS, false, 3, 40, 16);
      multiply(samples, repeated(swapped(matrix), 3), swapped(many), turned, false);
    }
  }

  private static Sample repeated(Sample sample, long batches) {
    return new Sample(
        sample.expected().broadcast(sample.expected().shape().with(0, batches)),
        sample.actual().broadcast(sample.actual().shape().with(0, batches)));
  }

  @Test
  default void integerProductsLargerThanABlock() {
    try (Samples samples = new Samples(backend())) {
      for (DType dtype : new DType[] {DType.INT8, DType.INT16, DType.INT32}) {
        Sample a = matrix(samples, dtype, CONTIGUOUS, false, 1, 1, 1100);
        Sample b = matrix(samples, dtype, CONTIGUOUS, true, 1, 1100, 30);
        Sample c = matrix(samples, dtype, CONTIGUOUS, false, 1, 1, 30);
        multiply(samples, a, b, c, true);
        Sample wide = matrix(samples, dtype, CONTIGUOUS, false, 1, 30, 1100);
        Sample row = matrix(samples, dtype, CONTIGUOUS, false, 1, 1, 1100);
        multiply(samples, c, wide, row, false);
      }
    }
  }

  @Test
  default void emptyProducts() {
    try (Samples samples = new Samples(backend())) {
      for (DType dtype : new DType[] {DType.FLOAT32, DType.FLOAT64}) {
        for (boolean accumulate : new boolean[] {false, true}) {
          for (long[] s : new long[][] {{2, 3, 0, 4}, {0, 3, 2, 4}, {2, 0, 2, 4}, {2, 3, 2, 0}}) {
            Sample a = matrix(samples, dtype, CONTIGUOUS, false, s[0], s[1], s[2]);
            Sample b = matrix(samples, dtype, CONTIGUOUS, false, s[0], s[2], s[3]);
            Sample c = matrix(samples, dtype, CONTIGUOUS, false, s[0], s[1], s[3]);
            multiply(samples, a, b, c, accumulate);
          }
        }
      }
    }
  }

  @Test
  default void booleansAreRefused() {
    try (Samples samples = new Samples(backend())) {
      Sample a = samples.random(DType.BOOL, CONTIGUOUS, 1, 2, 2);
      DTypeException thrown =
          assertThrows(
              DTypeException.class,
              () -> backend().matmul(a.actual(), a.actual(), a.actual(), false));
      assertEquals(
          "matmul: dtype bool is not supported; cast with to(DType) to one of all types but bool",
          thrown.getMessage());
    }
  }
}
