package ai.cresset.backend.conformance;

import static ai.cresset.backend.conformance.Layout.CONTIGUOUS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.cresset.backend.Backend;
import ai.cresset.backend.conformance.Samples.Sample;
import ai.cresset.error.ShapeException;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Reading and adding by index. */
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
              names[i] + ": index " + (long) wrong + " is outside of a dimension of size 3",
              thrown.getMessage());
        }
      }
    }
  }
}
