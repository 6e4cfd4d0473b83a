package ai.cresset.quant;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.ConfigException;
import ai.cresset.error.DTypeException;
import ai.cresset.error.ShapeException;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.Refused;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Integers, observers and gradients beside PyTorch's. */
@ExtendWith(LeakCheck.class)
class QuantizedTensorTest {
  private static final QuantizationScheme AFFINE = QuantizationScheme.AFFINE;
  private static final QuantizationScheme SYMMETRIC = QuantizationScheme.SYMMETRIC;

  @Test
  void integersAndWhatTheyStandForEqualPyTorchs() {
    try (Goldens goldens = new Goldens()) {
      same(goldens, "tensor.s8", goldens.perTensor("tensor.s8", DType.INT8));
      same(goldens, "tensor.s8_shifted", goldens.perTensor("tensor.s8_shifted", DType.INT8));
      same(goldens, "tensor.u8", goldens.perTensor("tensor.u8", DType.UINT8));
      same(goldens, "channel.s8", goldens.perChannel("channel.s8", DType.INT8, 0));
      same(goldens, "channel.u8", goldens.perChannel("channel.u8", DType.UINT8, 1));
    }
  }

  private static void same(Goldens goldens, String name, QuantizationParameters parameters) {
    try (Scope scope = Scope.open(name)) {
      Tensor real = goldens.tensor(name + ".x");
      QuantizedTensor quantized = parameters.quantize(real);
      assertEquals(parameters.range().dtype(), quantized.integers().dtype());
      assertEquals(real.shape(), quantized.shape());
      assertArrayEquals(goldens.numbers(name + ".int"), quantized.integers().toDoubleArray(), name);
      assertArrayEquals(
          goldens.numbers(name + ".back"), quantized.dequantize().toDoubleArray(), name);
    }
  }

  @Test
  void observersFindPyTorchsScales() {
    QuantizedRange u8 = QuantizedRange.UINT8;
    QuantizedRange s8 = QuantizedRange.INT8;
    try (Goldens goldens = new Goldens()) {
      observe(goldens, "observer.affine", new MinMaxObserver(u8, AFFINE));
      observe(goldens, "observer.positive", new MinMaxObserver(u8, AFFINE));
      observe(goldens, "observer.symmetric", new MinMaxObserver(s8, SYMMETRIC));
      observe(goldens, "observer.zeros", new MinMaxObserver(s8, SYMMETRIC));
      observe(
          goldens, "observer.reduced", new MinMaxObserver(QuantizedRange.UINT8_REDUCED, AFFINE));
      observe(goldens, "observer.average", new MovingAverageObserver(u8, AFFINE, 0.1));
      observe(goldens, "observer.channel", new ChannelMinMaxObserver(s8, SYMMETRIC, 0));
      observe(goldens, "observer.channel_affine", new ChannelMinMaxObserver(u8, AFFINE, 1));
    }
  }

  private static void observe(Goldens goldens, String name, Observer observer) {
    try (Scope scope = Scope.open(name)) {
      for (int i = 0; goldens.has(name + ".x" + i); i++) {
        observer.observe(goldens.tensor(name + ".x" + i));
      }
      QuantizationParameters got = observer.parameters();
      double[] scales = goldens.numbers(name + ".scales");
      double[] zeros = goldens.numbers(name + ".zeros");
      assertEquals(scales.length, got.channels(), name);
      for (int i = 0; i < scales.length; i++) {
        assertEquals(scales[i], got.scale(i), name);
        assertEquals(zeros[i], got.zeroPoint(i), name);
      }
    }
  }

  @Test
  void aPercentileLeavesOutTheFewLargeOnesInAnyOrder() {
    try (Scope scope = Scope.open("percentile")) {
      Tensor many = Tensor.arange(2000).to(DType.FLOAT32).sub(1000).div(1000);
      Tensor few = Tensor.of(new float[] {900, -700, 0});
      QuantizationParameters first = percentile(0.99, many, few);
      assertEquals(first, percentile(0.99, few, many));
      assertEquals(2 / 255.0, first.scale(0), 1.0 / 255, first.toString());
      assertEquals(1600 / 255.0, percentile(1, many, few).scale(0), 1, "all of them");
      assertEquals(Math.ulp(1f), percentile(0.5, Tensor.zeros(3)).scale(0));
    }
  }

  private static QuantizationParameters percentile(double share, Tensor... batches) {
    PercentileObserver observer = new PercentileObserver(QuantizedRange.UINT8, AFFINE, share);
    for (Tensor batch : batches) {
      observer.observe(batch);
    }
    return observer.parameters();
  }

  @Test
  void fakeQuantizationPassesGradientsStraightThrough() {
    try (Goldens goldens = new Goldens();
        Scope scope = Scope.open("fake")) {
      fake(goldens, "fake.tensor", goldens.perTensor("fake.tensor", DType.UINT8));
      fake(goldens, "fake.channel", goldens.perChannel("fake.channel", DType.INT8, 0));
    }
  }

  private static void fake(Goldens goldens, String name, QuantizationParameters parameters) {
    Tensor real = goldens.tensor(name + ".x").requiresGrad(true);
    Tensor rounded = new FakeQuantization(parameters).apply(real);
    assertArrayEquals(goldens.numbers(name + ".y"), rounded.toDoubleArray(), name);
    rounded.backward(goldens.tensor(name + ".gradient"));
    assertArrayEquals(
        goldens.numbers(name + ".back"), Objects.requireNonNull(real.grad()).toDoubleArray(), name);
    real.zeroGrad();
  }

  @Test
  void whatCannotBeQuantizedIsRefused() {
    QuantizedRange range = QuantizedRange.INT8;
    QuantizationParameters channels =
        QuantizationParameters.perChannel(range, 1, new float[] {1, 2}, new int[2]);
    try (Scope scope = Scope.open("refused")) {
      assertEquals(
          "quantize: expected 2 channels in dimension 1, got [4, 3]",
          Refused.message(ShapeException.class, () -> channels.quantize(Tensor.zeros(4, 3))));
      Tensor doubles = Tensor.of(new double[] {1, 2}).reshape(1, 2);
      String wrongType = Refused.message(DTypeException.class, () -> channels.quantize(doubles));
      assertTrue(wrongType.contains("float32"), wrongType);
      String wrongIntegers =
          Refused.message(
              DTypeException.class, () -> new QuantizedTensor(Tensor.zeros(1, 2), channels));
      assertTrue(wrongIntegers.contains("INT8"), wrongIntegers);
      String scale =
          Refused.message(
              ConfigException.class, () -> QuantizationParameters.perTensor(range, 0, 0));
      assertTrue(scale.contains("above 0"), scale);
      String zero =
          Refused.message(
              ConfigException.class, () -> QuantizationParameters.perTensor(range, 1, 128));
      assertTrue(zero.contains("-128 to 127"), zero);
      for (Observer observer :
          List.of(
              new MinMaxObserver(range, AFFINE),
              new MovingAverageObserver(range, AFFINE, 0.1),
              new PercentileObserver(range, AFFINE, 0.5),
              new ChannelMinMaxObserver(range, AFFINE, 0))) {
        String nothing = Refused.message(ConfigException.class, observer::parameters);
        assertTrue(nothing.contains("has seen nothing"), nothing);
      }
      Observer infinite = new MinMaxObserver(range, AFFINE);
      infinite.observe(Tensor.of(new float[] {1, Float.POSITIVE_INFINITY}));
      String finite = Refused.message(ConfigException.class, infinite::parameters);
      assertTrue(finite.contains("finite"), finite);
    }
  }
}
