package ai.cresset.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.cresset.backend.View;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Creation;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import ai.cresset.type.Strides;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products that are cut into pieces, in every layout, equal those in float64. */
@ExtendWith(LeakCheck.class)
class LargeProductsTest {
  private static Tensor random(long seed, long rows, long columns) {
    Spec spec = new Spec(Shape.of(rows, columns), DType.FLOAT32, Device.CPU);
    return Creation.normal(spec, 0, 1, new Generator(seed));
  }

  /** A matrix as a batch of one, row-major in memory or column-major. */
  private static View view(Tensor matrix, boolean columnMajor) {
    long rows = matrix.size(0);
    long columns = matrix.size(1);
    return columnMajor
        ? new View(
            matrix.storage(),
            0,
            Shape.of(1, columns, rows),
            Strides.of(0, 1, columns),
            matrix.dtype())
        : new View(
            matrix.storage(),
            0,
            Shape.of(1, rows, columns),
            Strides.of(0, columns, 1),
            matrix.dtype());
  }

  /** Up to 252 terms its kernel leaves the stack pointer alone. */
  @ParameterizedTest
  @CsvSource({
    "128,248,256,248",
    "128,253,256,128",
    "128,256,256,128",
    "64,505,64,176",
    "64,4096,64,248",
    "526,2048,526,232",
    "527,2048,527,2048",
  })
  void gemmIsSafeFromSignals(int rows, int inner, int columns, long most) {
    View left = view(random(1, rows, inner), false);
    View right = view(random(2, inner, columns), false);
    View output = view(random(3, rows, columns), false);
    assertEquals(most, DnnlGemm.termsAtOnce(new Product(left, right, output)));
    View turned = view(random(1, inner, rows), true);
    assertEquals(inner, DnnlGemm.termsAtOnce(new Product(turned, right, output)));
  }

  @ParameterizedTest
  @CsvSource({
    "1300,300,150,false,false", // rows
    "700,450,900,false,true", // columns
    "200,2300,160,true,false", // along the sum
    "1024,2100,40,true,false", // columns of the left operand 4 KiB apart
    "1024,2100,300,true,true",
    "400,260,330,true,true",
    "32,256,1024,false,true", // two pieces, of thin products
    "64,1031,100,false,false", // terms in parts
    "512,128,784,true,false", // columns of the left operand 2 KiB apart
  })
  void equalThoseInDouble(int rows, int inner, int columns, boolean leftT, boolean rightT) {
    Tensor left = leftT ? random(1, inner, rows) : random(1, rows, inner);
    Tensor right = rightT ? random(2, columns, inner) : random(2, inner, columns);
    Tensor wideLeft = left.to(DType.FLOAT64);
    Tensor wideRight = right.to(DType.FLOAT64);
    Tensor exact = (leftT ? wideLeft.t() : wideLeft).matmul(rightT ? wideRight.t() : wideRight);
    Tensor result = random(3, rows, columns);
    double[] before = result.toDoubleArray();
    double[] expected = exact.toDoubleArray();
    for (boolean accumulate : new boolean[] {true, false}) {
      result
          .backend()
          .matmul(view(left, leftT), view(right, rightT), view(result, false), accumulate);
      double[] wanted = expected.clone();
      for (int i = 0; i < wanted.length && accumulate; i++) {
        wanted[i] += before[i];
      }
      assertArrayEquals(wanted, result.toDoubleArray(), 1e-3, "accumulate " + accumulate);
    }
  }
}
