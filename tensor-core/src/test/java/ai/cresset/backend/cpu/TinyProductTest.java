package ai.cresset.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.cresset.random.Generator;
import ai.cresset.tensor.Creation;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products of a few elements, of any strides, equal those in float64; the others go to oneDNN. */
@ExtendWith(LeakCheck.class)
class TinyProductTest {
  private static final int BATCHES = 2;

  private static Tensor random(long seed, DType dtype, long... sizes) {
    Spec spec = new Spec(Shape.of(sizes), dtype, Device.CPU);
    return Creation.normal(spec, 0, 1, new Generator(seed));
  }

  @ParameterizedTest
  @CsvSource({
    "8,8,8,FLOAT32,true",
    "10,10,10,FLOAT32,true",
    "11,11,11,FLOAT32,false", // more multiplications than a library's call costs
    "1,11,100,FLOAT32,true",
    "100,1,6,FLOAT32,true",
    "24,1,50,FLOAT32,false", // one multiplication to a store
    "8,0,8,FLOAT32,true",
    "8,32,1,FLOAT32,false", // a vector
    "8,8,8,FLOAT64,false",
    "8,8,8,BFLOAT16,false",
  })
  void takesWhatIsFasterWithoutALibrary(
      int rows, int inner, int columns, DType dtype, boolean expected) {
    Tensor left = random(1, dtype, 1, rows, inner);
    Tensor output = random(2, dtype, 1, rows, columns);
    assertEquals(expected, TinyProduct.takes(left.materialize(), output.materialize()));
  }

  @ParameterizedTest
  @CsvSource({
    "3,4,5,false,false,false",
    "3,4,5,true,false,false",
    "3,4,5,false,true,false",
    "3,4,5,true,true,true",
    "1,7,9,false,false,true",
    "9,1,7,true,true,false",
    "4,0,3,false,false,false",
  })
  void equalsThoseInDouble(
      int rows, int inner, int columns, boolean leftT, boolean rightT, boolean outputT) {
    Tensor left = matrices(1, rows, inner, leftT);
    Tensor one = matrices(2, inner, columns, rightT).select(0, 0);
    Tensor right = one.unsqueeze(0).expand(BATCHES, inner, columns);
    Tensor output = matrices(3, rows, columns, outputT);
    double[] product = left.to(DType.FLOAT64).matmul(right.to(DType.FLOAT64)).toDoubleArray();
    double[] sum = output.toDoubleArray();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += product[i];
    }
    TinyProduct.multiply(left.materialize(), right.materialize(), output.materialize(), true);
    assertArrayEquals(sum, output.toDoubleArray(), 1e-5);
    TinyProduct.multiply(left.materialize(), right.materialize(), output.materialize(), false);
    assertArrayEquals(product, output.toDoubleArray(), 1e-5);
  }

  /** Of each, every second element of a larger tensor, so that no dimension is dense. */
  private static Tensor matrices(long seed, long rows, long columns, boolean turned) {
    Tensor all =
        turned
            ? random(seed, DType.FLOAT32, BATCHES, columns, rows, 2).transpose(1, 2)
            : random(seed, DType.FLOAT32, BATCHES, rows, columns, 2);
    return all.select(3, 1);
  }
}
