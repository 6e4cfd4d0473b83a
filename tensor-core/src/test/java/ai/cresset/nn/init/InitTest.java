package ai.cresset.nn.init;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.golden.NativeMemoryCheck;
import ai.cresset.memory.Scope;
import ai.cresset.nn.functional.ConvolutionOptions;
import ai.cresset.nn.functional.Convolutions;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Creation;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import java.util.Arrays;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NativeMemoryCheck.class)
class InitTest {
  private static final int OUT = 200;
  private static final int IN = 300;

  private static double[] filled(DType type, BiConsumer<Tensor, Generator> init) {
    try (Tensor tensor = Tensor.empty(Tensor.spec(type, OUT, IN))) {
      init.accept(tensor, new Generator(5));
      return tensor.toDoubleArray();
    }
  }

  private static double deviation(double[] values) {
    double mean = Arrays.stream(values).average().orElseThrow();
    return Math.sqrt(
        Arrays.stream(values)
            .map(value -> (value - mean) * (value - mean))
            .average()
            .orElseThrow());
  }

  private static void assertUniform(double bound, double[] values) {
    assertTrue(Arrays.stream(values).allMatch(value -> value >= -bound && value < bound));
    assertEquals(bound, Arrays.stream(values).max().orElseThrow(), bound * 0.01);
    assertEquals(bound / Math.sqrt(3), deviation(values), bound * 0.01);
  }

  @Test
  void uniformInitsHaveTheirBounds() {
    assertUniform(
        1 / Math.sqrt(IN),
        filled(DType.FLOAT32, (t, g) -> Init.kaimingUniform(t, Math.sqrt(5), g)));
    assertUniform(
        Math.sqrt(6.0 / IN), filled(DType.FLOAT64, (t, g) -> Init.kaimingUniform(t, 0, g)));
    assertUniform(
        2 * Math.sqrt(6.0 / (IN + OUT)),
        filled(DType.FLOAT32, (t, g) -> Init.xavierUniform(t, 2, g)));
  }

  @Test
  void normalInitsHaveTheirDeviation() {
    assertEquals(
        0.02, deviation(filled(DType.FLOAT32, (t, g) -> Init.normal(t, 1, 0.02, g))), 3e-4);
    assertEquals(
        Math.sqrt(2.0 / IN),
        deviation(filled(DType.FLOAT32, (t, g) -> Init.kaimingNormal(t, 0, g))),
        1e-3);
    assertEquals(
        Math.sqrt(2.0 / (IN + OUT)),
        deviation(filled(DType.FLOAT32, (t, g) -> Init.xavierNormal(t, 1, g))),
        1e-3);
  }

  @Test
  void truncatedNormalStaysInsideAndHasTheRightDeviation() {
    double[] values = filled(DType.FLOAT32, (t, g) -> Init.truncatedNormal(t, 0, 1, -2, 2, g));
    assertTrue(Arrays.stream(values).allMatch(value -> value >= -2 && value <= 2));
    // The deviation of a normal variate cut at two deviations.
    assertEquals(0.8796, deviation(values), 0.01);
  }

  @Test
  void equalGeneratorsGiveEqualBits() {
    assertArrayEquals(
        filled(DType.FLOAT32, (t, g) -> Init.normal(t, 0, 1, g)),
        filled(DType.FLOAT32, (t, g) -> Init.normal(t, 0, 1, g)));
  }

  @Test
  void quantileInvertsTheDistributionFunction() {
    for (double x = -6; x <= 6; x += 0.125) {
      double p = NormalDistribution.cumulative(x);
      // Near 1, p itself is known to half a unit in the last place only.
      double tolerance = x > 3 ? 1e-8 : 1e-13;
      assertEquals(x, NormalDistribution.inverse(p), tolerance * Math.max(1, Math.abs(x)));
    }
    assertEquals(0.975, NormalDistribution.cumulative(1.959963984540054), 1e-15);
  }

  @Test
  void gainsAndFansArePyTorchs() {
    assertEquals(Math.sqrt(2), Gain.RELU.value());
    assertEquals(5.0 / 3, Gain.TANH.value());
    assertEquals(Math.sqrt(2 / (1 + 0.04)), Gain.LEAKY_RELU.value(0.2), 1e-15);
    assertUniform(
        Gain.TANH.value() * Math.sqrt(3.0 / OUT),
        filled(DType.FLOAT32, (t, g) -> Init.kaimingUniform(t, Gain.TANH.value(), FanMode.OUT, g)));
    assertEquals(
        0.75 / Math.sqrt(OUT),
        deviation(
            filled(
                DType.FLOAT32, (t, g) -> Init.kaimingNormal(t, Gain.SELU.value(), FanMode.OUT, g))),
        1e-3);
  }

  @Test
  void orthogonalRowsOrColumnsAreOrthonormal() {
    for (long[] sizes : new long[][] {{6, 9}, {9, 6}, {4, 3, 5}}) {
      try (Scope scope = Scope.open("test")) {
        Tensor tensor = Tensor.empty(Tensor.spec(DType.FLOAT64, sizes));
        Init.orthogonal(tensor, 2, new Generator(5));
        Tensor matrix = tensor.flatten(1, -1);
        boolean tall = matrix.size(0) > matrix.size(1);
        Tensor product = tall ? matrix.t().matmul(matrix) : matrix.matmul(matrix.t());
        Tensor four = Creation.eye((int) product.size(0)).to(DType.FLOAT64).mul(4);
        assertTrue(product.allClose(four, 0, 1e-12, false));
      }
    }
  }

  @Test
  void identitiesHandOnWhatTheyGet() {
    try (Scope scope = Scope.open("test")) {
      Tensor eye = Tensor.empty(Tensor.spec(DType.FLOAT32, 2, 3));
      Init.eye(eye);
      assertArrayEquals(new double[] {1, 0, 0, 0, 1, 0}, eye.toDoubleArray());
      Tensor weight = Tensor.empty(Tensor.spec(DType.FLOAT32, 4, 2, 3));
      Init.dirac(weight, 2);
      Tensor input = Tensor.randn(2, 4, 5);
      ConvolutionOptions options = ConvolutionOptions.DEFAULT.padding(1).groups(2);
      assertTrue(Convolutions.conv1d(input, weight, null, options).equal(input));
    }
  }

  @Test
  void sparseColumnsHaveTheirZeros() {
    double[] values = filled(DType.FLOAT32, (t, g) -> Init.sparse(t, 0.251, 0.01, g));
    for (int column = 0; column < IN; column++) {
      int zeros = 0;
      for (int row = 0; row < OUT; row++) {
        zeros += values[row * IN + column] == 0 ? 1 : 0;
      }
      assertEquals(51, zeros);
    }
  }
}
