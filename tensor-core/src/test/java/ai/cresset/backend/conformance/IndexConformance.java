package ai.cresset.backend.conformance;

import static ai.cresset.backend.conformance.Layout.CONTIGUOUS;
import static ai.cresset.backend.conformance.Layout.SLICED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.cresset.backend.Backend;
import ai.cresset.backend.Scatter;
import ai.cresset.backend.conformance.Samples.Sample;
import ai.cresset.error.ShapeException;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Reading, scattering, sorting and finding by index. */
public interface IndexConformance {
  Backend backend();

  @ParameterizedTest
  @EnumSource(DType.class)
  default void elementsByIndexAlongEveryDimension(DType dtype) {
    try (Samples samples = new Samples(backend())) {
      for (Layout layout : Layout.WRITABLE) {
        for (int dim = 0; dim < 3; dim++) {
          Sample x = samples.random(dtype, layout, 6, 5, 7);
          long bound = x.expected().shape().size(dim);
          Shape some = x.expected().shape().with(dim, 4);
          Sample index = samples.indexes(bound, layout, some.toArray());
          Sample y = samples.output(dtype, layout, some);
          samples.reference().gather(x.expected(), dim, index.expected(), y.expected());
          backend().gather(x.actual(), dim, index.actual(), y.actual());
          samples.assertIdentical("gather " + dtype + " " + layout + " " + dim, y);

          Sample source = samples.random(dtype, layout, some.toArray());
          samples.reference().scatterAdd(source.expected(), dim, index.expected(), x.expected());
          backend().scatterAdd(source.actual(), dim, index.actual(), x.actual());
          samples.assertSame("scatterAdd " + dtype + " " + layout + " " + dim, x);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  default void slicesByIndexAlongEveryDimension(DType dtype) {
    try (Samples samples = new Samples(backend())) {
      for (Layout layout : Layout.WRITABLE) {
        for (int dim = 0; dim < 3; dim++) {
          Sample x = samples.random(dtype, layout, 6, 5, 7);
          long bound = x.expected().shape().size(dim);
          Shape many = x.expected().shape().with(dim, 9);
          Sample index = samples.indexes(bound, layout, 9);
          Sample y = samples.output(dtype, layout, many);
          samples.reference().indexSelect(x.expected(), dim, index.expected(), y.expected());
          backend().indexSelect(x.actual(), dim, index.actual(), y.actual());
          samples.assertIdentical("indexSelect " + dtype + " " + layout + " " + dim, y);

          samples.reference().indexAdd(y.expected(), dim, index.expected(), x.expected());
          backend().indexAdd(y.actual(), dim, index.actual(), x.actual());
          samples.assertSame("indexAdd " + dtype + " " + layout + " " + dim, x);
        }
      }
    }
  }

  @Test
  default void manyRowsOfATable() {
    try (Samples samples = new Samples(backend())) {
      Sample table = samples.random(DType.FLOAT32, CONTIGUOUS, 65, 1100);
      Sample index = samples.indexes(65, CONTIGUOUS, 300);
      Sample rows = samples.output(DType.FLOAT32, CONTIGUOUS, Shape.of(300, 1100));
      samples.reference().indexSelect(table.expected(), 0, index.expected(), rows.expected());
      backend().indexSelect(table.actual(), 0, index.actual(), rows.actual());
      samples.assertIdentical("rows", rows);
      samples.reference().indexAdd(rows.expected(), 0, index.expected(), table.expected());
      backend().indexAdd(rows.actual(), 0, index.actual(), table.actual());
      samples.assertClose("sums of rows", table, 1e-4);
    }
  }

  @Test
  default void indexesOutsideOfTheDimensionAreRefused() {
    try (Samples samples = new Samples(backend())) {
      for (double wrong : new double[] {-1, 3}) {
        Sample x = samples.random(DType.FLOAT32, CONTIGUOUS, 3, 2);
        Sample index = samples.of(DType.INT64, Shape.of(2), 0, wrong);
        Sample elements = samples.of(DType.INT64, Shape.of(2, 2), 0, 1, wrong, 2);
        Sample y = samples.output(DType.FLOAT32, CONTIGUOUS, Shape.of(2, 2));
        Runnable[] calls = {
          () -> backend().indexSelect(x.actual(), 0, index.actual(), y.actual()),
          () -> backend().indexAdd(y.actual(), 0, index.actual(), x.actual()),
          () -> backend().gather(x.actual(), 0, elements.actual(), y.actual()),
          () -> backend().scatterAdd(y.actual(), 0, elements.actual(), x.actual())
        };
        String[] names = {"indexSelect", "indexAdd", "gather", "scatterAdd"};
        for (int i = 0; i < calls.length; i++) {
          Runnable call = calls[i];
          ShapeException thrown =
              assertThrows(
                  ShapeException.class,
                  () -> {
                    call.run();
                    backend().synchronize();
                  });
          assertEquals(
              names[i]
                  + ": index "
                  + (long) wrong
                  + " is outside of a dimension of size 3; expected [0, 2]",
              thrown.getMessage());
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  default void scatteringCombinesInRowMajorOrder(DType dtype) {
    try (Samples samples = new Samples(backend())) {
      for (Scatter scatter : Scatter.values()) {
        for (Layout layout : Layout.WRITABLE) {
          Sample x = samples.random(dtype, layout, 4, 5, 3);
          Sample index = samples.indexes(5, layout, 4, 7, 3);
          Sample source = samples.random(dtype, layout, 4, 7, 3);
          samples
              .reference()
              .scatter(scatter, source.expected(), 1, index.expected(), x.expected());
          backend().scatter(scatter, source.actual(), 1, index.actual(), x.actual());
          samples.assertSame("scatter " + scatter + " " + dtype + " " + layout, x);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  default void sortingIsStableAlongEveryDimension(DType dtype) {
    try (Samples samples = new Samples(backend())) {
      for (Layout layout : Layout.values()) {
        for (int dim = 0; dim < 3; dim++) {
          for (boolean descending : new boolean[] {false, true}) {
            sort(samples, samples.random(dtype, layout, 6, 9, 7), dim, descending);
          }
        }
      }
      sort(samples, samples.random(dtype, CONTIGUOUS, 2, 3000), 1, false);
      sort(samples, samples.random(dtype, CONTIGUOUS, 3000, 2), 0, true);
      sort(samples, samples.random(dtype, CONTIGUOUS), 0, true);
      sort(samples, samples.random(dtype, CONTIGUOUS, 3, 0), 0, true);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"BOOL", "INT16", "FLOAT32", "INT64"})
  default void longLinesWithManyEqualElements(DType dtype) {
    try (Samples samples = new Samples(backend())) {
      sort(samples, samples.random(dtype, CONTIGUOUS, 20_011), 0, false);
      sort(samples, samples.random(dtype, CONTIGUOUS, 2, 5_003), 1, true);
      sort(samples, samples.random(dtype, CONTIGUOUS, 1, 20_011), 1, true, 5_000);
    }
  }

  @Test
  default void notANumberSortsLastAndBothZerosAreEqual() {
    try (Samples samples = new Samples(backend())) {
      double nan = Double.NaN;
      for (DType dtype : new DType[] {DType.FLOAT32, DType.FLOAT64, DType.FLOAT16}) {
        double infinity = Double.POSITIVE_INFINITY;
        Sample x = samples.of(dtype, Shape.of(8), 0, nan, -0.0, infinity, -infinity, nan, -1, 0);
        sort(samples, x, 0, false);
        sort(samples, x, 0, true);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  default void theFirstOfASortAreThoseOfTheWholeSort(DType dtype) {
    try (Samples samples = new Samples(backend())) {
      for (Layout layout : Layout.values()) {
        for (int dim = 0; dim < 3; dim++) {
          for (long wanted : new long[] {0, 1, 4}) {
            sort(samples, samples.random(dtype, layout, 6, 9, 7), dim, wanted % 4 == 0, wanted);
          }
        }
      }
      // Small types repeat their values many times here: the first of equal elements must win.
      for (long wanted : new long[] {1, 50, 700, 1499, 3000}) {
        sort(samples, samples.random(dtype, CONTIGUOUS, 2, 3000), 1, wanted != 50, wanted);
        sort(samples, samples.random(dtype, CONTIGUOUS, 3000, 2), 0, wanted == 50, wanted);
      }
    }
  }

  @Test
  default void theFirstOfASortTakeNotANumberForTheLargest() {
    try (Samples samples = new Samples(backend())) {
      for (DType dtype : new DType[] {DType.FLOAT32, DType.FLOAT64, DType.BFLOAT16}) {
        double[] values = new double[2000];
        for (int i = 0; i < values.length; i++) {
          values[i] =
              switch (i % 97) {
                case 0 -> Double.NaN;
                case 1 -> Double.POSITIVE_INFINITY;
                case 2 -> -0.0;
                case 3 -> 0;
                default -> i * 31 % 17 - 8;
              };
        }
        Sample x = samples.of(dtype, Shape.of(2000), values);
        for (long wanted : new long[] {1, 20, 30, 60, 900}) {
          sort(samples, x, 0, false, wanted);
          sort(samples, x, 0, true, wanted);
        }
      }
    }
  }

  private void sort(Samples samples, Sample x, int dim, boolean descending) {
    Shape shape = x.expected().shape();
    sort(samples, x, dim, descending, shape.rank() == 0 ? 1 : shape.size(dim));
  }

  private void sort(Samples samples, Sample x, int dim, boolean descending, long wanted) {
    Shape whole = x.expected().shape();
    Shape shape = whole.rank() == 0 ? whole : whole.with(dim, wanted);
    Sample values = samples.output(x.expected().dtype(), SLICED, shape);
    Sample indices = samples.output(DType.INT64, SLICED, shape);
    samples.reference().sort(x.expected(), dim, descending, values.expected(), indices.expected());
    backend().sort(x.actual(), dim, descending, values.actual(), indices.actual());
    String what =
        "sort along " + dim + (descending ? " down " : " up ") + wanted + " of " + x.expected();
    samples.assertIdentical(what, indices);
    samples.assertIdentical(what, values);
    if (!descending && shape.rank() > 0 && wanted > 0) {
      kth(samples, x, dim, wanted - 1);
    }
  }

  private void kth(Samples samples, Sample x, int dim, long k) {
    Sample index = samples.output(DType.INT64, SLICED, x.expected().shape().with(dim, 1));
    samples.reference().kth(x.expected(), dim, k, index.expected());
    backend().kth(x.actual(), dim, k, index.actual());
    samples.assertIdentical("number " + k + " along " + dim + " of " + x.expected(), index);
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  default void placesOfElementsThatAreNotZero(DType dtype) {
    try (Samples samples = new Samples(backend())) {
      for (Layout layout : Layout.WRITABLE) {
        Sample whole = samples.random(DType.INT64, layout, 4, 3, 1100);
        Sample x = samples.output(dtype, layout, whole.expected().shape());
        Sample few = samples.output(DType.BOOL, layout, whole.expected().shape());
        samples.reference().copy(whole.expected(), few.expected());
        backend().copy(whole.actual(), few.actual());
        samples.reference().copy(few.expected(), x.expected());
        backend().copy(few.actual(), x.actual());
        long count = 0;
        for (double value : samples.values(x.expected())) {
          count += value != 0 ? 1 : 0;
        }
        Sample places = samples.output(DType.INT64, SLICED, Shape.of(count, 3));
        samples.reference().nonzero(x.expected(), places.expected());
        backend().nonzero(x.actual(), places.actual());
        samples.assertIdentical("nonzero " + dtype + " " + layout, places);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Scatter.class)
  default void longLinesAreScatteredInOrder(Scatter scatter) {
    try (Samples samples = new Samples(backend())) {
      for (DType dtype : new DType[] {DType.FLOAT32, DType.INT32}) {
        for (long[] sizes : new long[][] {{3, 700}, {700, 2}, {1, 17_000}}) {
          int dim = sizes[0] > sizes[1] ? 0 : 1;
          Shape shape = Shape.of(sizes).with(dim, 50);
          // Most products stay near 1, so that none overflows.
          Sample x = samples.uniform(dtype, SLICED, 0.99, 1.01, shape.toArray());
          Sample index = samples.indexes(50, CONTIGUOUS, sizes);
          Sample source = samples.uniform(dtype, CONTIGUOUS, 0.99, 1.01, sizes);
          samples
              .reference()
              .scatter(scatter, source.expected(), dim, index.expected(), x.expected());
          backend().scatter(scatter, source.actual(), dim, index.actual(), x.actual());
          samples.assertClose(scatter + " " + dtype + " into " + x.expected(), x, 1e-4);
        }
      }
    }
  }
}
