package ai.cresset.backend.conformance;

import static ai.cresset.backend.conformance.Layout.CONTIGUOUS;
import static ai.cresset.backend.conformance.Layout.SLICED;

import ai.cresset.backend.Backend;
import ai.cresset.backend.Reduction;
import ai.cresset.backend.Scan;
import ai.cresset.backend.conformance.Samples.Sample;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Reductions, arg-reductions, scans, softmax and layer normalisation. */
public interface ReductionConformance {
  Backend backend();

  private void reduce(
      Samples samples, Reduction reduction, Sample x, DType to, int dims, Layout... layouts) {
    long[] sizes = x.expected().shape().toArray();
    for (int dim = 0; dim < sizes.length; dim++) {
      if ((dims & 1 << dim) != 0) {
        sizes[dim] = 1;
      }
    }
    for (Layout layout : layouts.length == 0 ? Layout.WRITABLE : layouts) {
      Sample y = samples.output(to, layout, Shape.of(sizes));
      samples.reference().reduce(reduction, x.expected(), y.expected());
      backend().reduce(reduction, x.actual(), y.actual());
      String what = reduction + " over " + dims + " of " + x.expected() + " to " + to;
      samples.assertSame(what, y);
    }
  }

  private static DType result(Reduction reduction, DType dtype) {
    return switch (reduction) {
      case ANY, ALL -> DType.BOOL;
      case MAX, MIN -> dtype;
      case SUM, PROD, SUM_SQUARES -> dtype.isFloating() ? dtype : DType.INT64;
    };
  }

  @ParameterizedTest
  @EnumSource(Reduction.class)
  default void reductionsOverAnyDimensionsOfAnyLayout(Reduction reduction) {
    try (Samples samples = new Samples(backend())) {
      for (DType dtype : DType.values()) {
        for (Layout layout : Layout.values()) {
          Sample x =
              reduction == Reduction.PROD
                  ? samples.uniform(dtype, layout, 0.9, 1.1, 5, 7, 9)
                  : samples.random(dtype, layout, 5, 7, 9);
          for (int dims = 0; dims < 8; dims++) {
            reduce(samples, reduction, x, result(reduction, dtype), dims);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Layout.class)
  default void largeReductions(Layout layout) {
    try (Samples samples = new Samples(backend())) {
      for (long[] sizes : new long[][] {{1100, 2, 20}, {2, 70_000, 1}, {2, 600, 30}, {9, 2500}}) {
        for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64, DType.INT32)) {
          Sample x = samples.uniform(dtype, layout, 0, 2, sizes);
          for (int dims = 1; dims < 1 << sizes.length; dims++) {
            reduce(samples, Reduction.SUM, x, result(Reduction.SUM, dtype), dims, SLICED);
          }
          reduce(samples, Reduction.MAX, x, dtype, 1, SLICED);
          reduce(samples, Reduction.SUM_SQUARES, x, result(Reduction.SUM, dtype), 2, SLICED);
        }
      }
    }
  }

  @Test
  default void reductionsOfNothingGiveTheirIdentity() {
    try (Samples samples = new Samples(backend())) {
      for (Reduction reduction : Reduction.values()) {
        Sample x = samples.random(DType.FLOAT32, CONTIGUOUS, 4, 0, 3);
        Sample y = samples.output(DType.FLOAT32, CONTIGUOUS, Shape.of(4, 1, 3));
        samples.reference().reduce(reduction, x.expected(), y.expected());
        backend().reduce(reduction, x.actual(), y.actual());
        samples.assertSame(reduction + " of nothing", y);
      }
      reduce(samples, Reduction.SUM, samples.random(DType.FLOAT32, CONTIGUOUS), DType.FLOAT64, 0);
    }
  }

  @Test
  default void notANumberWins() {
    try (Samples samples = new Samples(backend())) {
      double nan = Double.NaN;
      for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64, DType.BFLOAT16)) {
        Sample x = samples.of(dtype, Shape.of(2, 3), 1, nan, 5, -3, -0.0, 0);
        for (Reduction reduction : Reduction.values()) {
          reduce(samples, reduction, x, result(reduction, dtype), 1);
          reduce(samples, reduction, x, result(reduction, dtype), 2);
        }
        argReduce(samples, x);
      }
    }
  }

  private void argReduce(Samples samples, Sample x) {
    Shape shape = x.expected().shape();
    for (int dim = 0; dim < Math.max(1, shape.rank()); dim++) {
      for (boolean largest : new boolean[] {true, false}) {
        Shape reduced = shape.rank() == 0 ? shape : shape.with(dim, 1);
        Sample y = samples.output(DType.INT64, SLICED, reduced);
        samples.reference().argReduce(largest, x.expected(), dim, y.expected());
        backend().argReduce(largest, x.actual(), dim, y.actual());
        samples.assertIdentical("argReduce " + largest + " " + dim + " " + x.expected(), y);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  default void argReductionsAndScansAlongEveryDimension(DType dtype) {
    try (Samples samples = new Samples(backend())) {
      for (Layout layout : Layout.values()) {
        for (long[] sizes : new long[][] {{}, {6, 5, 11}, {2, 1500}, {1500, 2}}) {
          if (sizes.length == 0 && layout == Layout.BROADCAST) {
            continue;
          }
          Sample x = samples.random(dtype, layout, sizes);
          argReduce(samples, x);
          if (sizes.length > 0) {
            Sample factors =
                dtype.isFloating()
                    ? samples.uniform(dtype, layout, 0.999, 1.001, sizes)
                    : samples.uniform(dtype, layout, 1, 2, sizes);
            DType to = dtype.isFloating() ? dtype : DType.INT64;
            for (int dim = 0; dim < sizes.length; dim++) {
              scan(samples, Scan.CUMSUM, x, dim, to);
              scan(samples, Scan.CUMPROD, factors, dim, to);
              scan(samples, Scan.CUMMAX, x, dim, dtype);
              scan(samples, Scan.CUMMIN, x, dim, dtype);
            }
          }
        }
      }
    }
  }

  private void scan(Samples samples, Scan scan, Sample x, int dim, DType to) {
    for (Layout layout : Layout.WRITABLE) {
      Sample y = samples.output(to, layout, x.expected().shape());
      samples.reference().scan(scan, x.expected(), dim, y.expected());
      backend().scan(scan, x.actual(), dim, y.actual());
      samples.assertSame(scan + " along " + dim + " of " + x.expected(), y);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"FLOAT16", "BFLOAT16", "FLOAT32", "FLOAT64"})
  default void softmaxAndItsGradient(DType dtype) {
    try (Samples samples = new Samples(backend())) {
      for (long[] sizes : new long[][] {{}, {4, 6, 5}, {3, 2500}, {65, 65}, {2, 0}}) {
        for (Layout layout : Layout.WRITABLE) {
          for (int dim = 0; dim < Math.max(1, sizes.length); dim++) {
            for (boolean logarithm : new boolean[] {false, true}) {
              Sample x = samples.random(dtype, layout, sizes);
              Shape shape = x.expected().shape();
              Sample y = samples.output(dtype, CONTIGUOUS, shape);
              samples.reference().softmax(x.expected(), dim, logarithm, y.expected());
              backend().softmax(x.actual(), dim, logarithm, y.actual());
              samples.assertSame("softmax along " + dim + " of " + x.expected(), y);
              Sample g = samples.random(dtype, layout, sizes);
              Sample dx = samples.output(dtype, SLICED, shape);
              samples
                  .reference()
                  .softmaxBackward(g.expected(), y.expected(), dim, logarithm, dx.expected());
              backend().softmaxBackward(g.actual(), y.actual(), dim, logarithm, dx.actual());
              double tolerance =
                  dtype == DType.FLOAT32 ? 2e-5 : dtype == DType.FLOAT64 ? 1e-11 : 0.1;
              samples.assertClose("gradient of softmax " + x.expected(), dx, tolerance);
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"FLOAT16", "BFLOAT16", "FLOAT32", "FLOAT64"})
  default void layerNormAndItsGradients(DType dtype) {
    boolean half = dtype.bytes() == 2;
    DType statistics = half ? DType.FLOAT32 : dtype;
    double tolerance = half ? 0.1 : dtype == DType.FLOAT32 ? 2e-5 : 1e-11;
    try (Samples samples = new Samples(backend())) {
      for (long[] sizes : new long[][] {{5, 7}, {95, 384}, {3, 2500}, {1, 1}}) {
        for (Layout layout : Layout.WRITABLE) {
          for (int parameters = 0; parameters < 4; parameters++) {
            Sample x = samples.random(dtype, layout, sizes);
            Sample w = (parameters & 1) == 0 ? null : samples.random(dtype, SLICED, sizes[1]);
            Sample b = (parameters & 2) == 0 ? null : samples.random(dtype, SLICED, sizes[1]);
            Shape shape = x.expected().shape();
            Sample y = samples.output(dtype, layout, shape);
            Sample mean = samples.output(statistics, CONTIGUOUS, Shape.of(sizes[0]));
            Sample inverse = samples.output(statistics, CONTIGUOUS, Shape.of(sizes[0]));
            samples
                .reference()
                .layerNorm(
                    x.expected(),
                    w == null ? null : w.expected(),
                    b == null ? null : b.expected(),
                    1e-5,
                    y.expected(),
                    mean.expected(),
                    inverse.expected());
            backend()
                .layerNorm(
                    x.actual(),
                    w == null ? null : w.actual(),
                    b == null ? null : b.actual(),
                    1e-5,
                    y.actual(),
                    mean.actual(),
                    inverse.actual());
            samples.assertClose("layerNorm of " + x.expected(), y, tolerance);
            samples.assertSame("mean", mean);
            samples.assertSame("inverse deviation", inverse);
            Sample g = samples.random(dtype, layout, sizes);
            Sample dx = samples.output(dtype, layout, shape);
            Sample dw = samples.output(dtype, CONTIGUOUS, Shape.of(sizes[1]));
            Sample db = samples.output(dtype, CONTIGUOUS, Shape.of(sizes[1]));
            samples
                .reference()
                .layerNormBackward(
                    g.expected(),
                    x.expected(),
                    w == null ? null : w.expected(),
                    mean.expected(),
                    inverse.expected(),
                    dx.expected(),
                    dw.expected(),
                    (parameters & 2) == 0 ? null : db.expected());
            backend()
                .layerNormBackward(
                    g.actual(),
                    x.actual(),
                    w == null ? null : w.actual(),
                    mean.actual(),
                    inverse.actual(),
                    dx.actual(),
                    dw.actual(),
                    (parameters & 2) == 0 ? null : db.actual());
            samples.assertClose("input gradient", dx, tolerance);
            samples.assertClose("weight gradient", dw, tolerance);
            samples.assertClose("bias gradient", db, tolerance);
          }
        }
      }
    }
  }

  @Test
  default void longLinesOfArgReductionsAndScans() {
    try (Samples samples = new Samples(backend())) {
      for (long[] sizes : new long[][] {{1, 70_001}, {3000, 40}, {40_000, 2}}) {
        Sample x = samples.random(DType.FLOAT32, CONTIGUOUS, sizes);
        argReduce(samples, x);
        int dim = sizes[0] > sizes[1] ? 0 : 1;
        scan(samples, Scan.CUMSUM, x, dim, DType.FLOAT32);
        scan(samples, Scan.CUMMAX, x, dim, DType.FLOAT32);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"BFLOAT16", "FLOAT32", "FLOAT64"})
  default void longDenseRows(DType dtype) {
    boolean half = dtype.bytes() == 2;
    DType statistics = half ? DType.FLOAT32 : dtype;
    double tolerance = half ? 0.1 : dtype == DType.FLOAT32 ? 2e-5 : 1e-11;
    try (Samples samples = new Samples(backend())) {
      for (long size : new long[] {64, 9216}) {
        Sample x = samples.random(dtype, CONTIGUOUS, 3, size);
        Sample w = samples.random(dtype, CONTIGUOUS, size);
        Sample b = samples.random(dtype, CONTIGUOUS, size);
        Shape shape = x.expected().shape();
        Sample y = samples.output(dtype, CONTIGUOUS, shape);
        for (boolean logarithm : new boolean[] {false, true}) {
          samples.reference().softmax(x.expected(), 1, logarithm, y.expected());
          backend().softmax(x.actual(), 1, logarithm, y.actual());
          samples.assertSame("softmax of " + x.expected(), y);
          Sample g = samples.random(dtype, CONTIGUOUS, 3, size);
          Sample dx = samples.output(dtype, CONTIGUOUS, shape);
          samples
              .reference()
              .softmaxBackward(g.expected(), y.expected(), 1, logarithm, dx.expected());
          backend().softmaxBackward(g.actual(), y.actual(), 1, logarithm, dx.actual());
          samples.assertClose("gradient of softmax " + x.expected(), dx, 10 * tolerance);
        }
        Sample mean = samples.output(statistics, CONTIGUOUS, Shape.of(3));
        Sample inverse = samples.output(statistics, CONTIGUOUS, Shape.of(3));
        samples
            .reference()
            .layerNorm(
                x.expected(),
                w.expected(),
                b.expected(),
                1e-5,
                y.expected(),
                mean.expected(),
                inverse.expected());
        backend()
            .layerNorm(
                x.actual(),
                w.actual(),
                b.actual(),
                1e-5,
                y.actual(),
                mean.actual(),
                inverse.actual());
        samples.assertClose("layerNorm of " + x.expected(), y, tolerance);
        Sample g = samples.random(dtype, CONTIGUOUS, 3, size);
        Sample dx = samples.output(dtype, CONTIGUOUS, shape);
        samples
            .reference()
            .layerNormBackward(
                g.expected(),
                x.expected(),
                w.expected(),
                mean.expected(),
                inverse.expected(),
                dx.expected(),
                null,
                null);
        backend()
            .layerNormBackward(
                g.actual(),
                x.actual(),
                w.actual(),
                mean.actual(),
                inverse.actual(),
                dx.actual(),
                null,
                null);
        samples.assertClose("input gradient", dx, tolerance);
      }
    }
  }
}
