package ai.cresset.tensor.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.backend.FusedAttention;
import ai.cresset.backend.FusedBatchNorm;
import ai.cresset.backend.FusedCrossEntropy;
import ai.cresset.error.DeviceException;
import ai.cresset.nn.functional.Attentions;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Creation;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.Refused;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A fused operation equals its composed form: results and gradients. */
@ExtendWith(LeakCheck.class)
class FusedTest {
  private static Tensor leaf(DType type, long seed, boolean transposed, long... sizes) {
    Spec spec = new Spec(Shape.of(sizes), type, Device.CPU);
    Tensor values = Creation.normal(spec, 0, 1, new Generator(seed));
    return (transposed ? values.transpose(1, 2).copy().transpose(1, 2) : values)
        .detach()
        .requiresGrad(true);
  }

  private static void assertSame(String what, Tensor expected, Tensor got) {
    double tolerance = expected.dtype() == DType.FLOAT64 ? 1e-11 : 2e-5;
    assertArrayEquals(expected.toDoubleArray(), got.toDoubleArray(), tolerance, what);
  }

  private static Tensor gradient(Tensor leaf) {
    Tensor gradient = leaf.grad();
    assertNotNull(gradient);
    return gradient;
  }

  @ParameterizedTest
  @CsvSource({"FLOAT32,true", "FLOAT32,false", "FLOAT64,true", "FLOAT64,false"})
  void attentionEqualsItsComposedForm(DType type, boolean causal) {
    List<List<Tensor>> sides = new ArrayList<>();
    for (int side = 0; side < 2; side++) {
      sides.add(
          List.of(
              leaf(type, 1, true, 2, 3, 37, 8),
              leaf(type, 2, true, 2, 3, 37, 8),
              leaf(type, 3, true, 2, 3, 37, 8)));
    }
    List<Tensor> one = sides.get(0);
    List<Tensor> two = sides.get(1);
    assertTrue(one.get(0).backend().capability(FusedAttention.class).isPresent());
    Tensor fused = Dispatch.apply(new Attention(causal, 0.3), one.get(0), one.get(1), one.get(2));
    Tensor composed = Attention.weights(two.get(0), two.get(1), causal, 0.3).matmul(two.get(2));
    assertSame("output", composed, fused);
    Tensor cotangent = leaf(type, 4, false, 2, 3, 37, 8).detach();
    fused.backward(cotangent);
    composed.backward(cotangent);
    for (int i = 0; i < 3; i++) {
      assertSame("gradient " + i, gradient(two.get(i)), gradient(one.get(i)));
    }
  }

  @ParameterizedTest
  @CsvSource({"FLOAT32", "FLOAT64"})
  void crossEntropyEqualsItsComposedForm(DType type) {
    Tensor one = leaf(type, 5, false, 40, 9);
    Tensor two = leaf(type, 5, false, 40, 9);
    Tensor targets = Creation.randint(0, 9, Shape.of(40), new Generator(6));
    assertTrue(one.backend().capability(FusedCrossEntropy.class).isPresent());
    Tensor fused = Dispatch.apply(new CrossEntropy(3), one, targets);
    Tensor ignored = targets.eq(3);
    Tensor picked = two.logSoftmax(1).gather(1, targets.unsqueeze(1)).squeeze(1);
    Tensor composed = picked.neg().maskedFill(ignored, 0);
    assertSame("losses", composed, fused);
    Tensor cotangent = leaf(type, 7, false, 40).detach();
    fused.backward(cotangent);
    composed.backward(cotangent);
    assertSame("gradient", gradient(two), gradient(one));
  }

  @ParameterizedTest
  @CsvSource({"3,5,7", "2,64,9", "33,16,1", "1,1500,3"})
  void batchNormEqualsItsComposedForm(long images, long channels, long side) {
    Shape statistics = Shape.of(1, channels, 1, 1);
    List<Tensor> one = images(DType.FLOAT32, images, channels, side);
    List<Tensor> two = images(DType.FLOAT64, images, channels, side);
    assertTrue(one.get(0).backend().capability(FusedBatchNorm.class).isPresent());
    Standardize norm = new Standardize(statistics, 1e-5, true, true, false);
    List<Tensor> fused = Dispatch.applyAll(norm, one);
    List<Tensor> composed = Dispatch.applyAll(norm, two);
    for (int i = 0; i < 3; i++) {
      assertNear("result " + i, composed.get(i), fused.get(i));
    }
    Tensor cotangent = leaf(DType.FLOAT32, 9, false, images, channels, side, side).detach();
    fused.get(0).backward(cotangent);
    composed.get(0).backward(cotangent.to(DType.FLOAT64));
    for (int i = 0; i < 3; i++) {
      assertNear("gradient " + i, gradient(two.get(i)), gradient(one.get(i)));
    }
  }

  /** Channels-last images far from 0, a weight and a bias. */
  private static List<Tensor> images(DType type, long images, long channels, long side) {
    Tensor x = leaf(DType.FLOAT32, 8, false, images, side, side, channels).detach().add(30);
    Tensor weight = leaf(DType.FLOAT32, 10, false, 1, channels, 1, 1).detach();
    Tensor bias = leaf(DType.FLOAT32, 11, false, 1, channels, 1, 1).detach();
    return List.of(
        x.to(type).permute(0, 3, 1, 2).detach().requiresGrad(true),
        weight.to(type).detach().requiresGrad(true),
        bias.to(type).detach().requiresGrad(true));
  }

  private static void assertNear(String what, Tensor expected, Tensor got) {
    double[] numbers = expected.toDoubleArray();
    double largest = Arrays.stream(numbers).map(Math::abs).max().orElse(0);
    assertArrayEquals(numbers, got.toDoubleArray(), 2e-5 * Math.max(1, largest), what);
  }

  @Test
  void aBackendWithoutTheKernelSaysWhatToCall() {
    Spec spec = new Spec(Shape.of(1, 1, 2, 2), DType.FLOAT32, Device.REFERENCE);
    Tensor x = Tensor.ones(spec);
    String text =
        Refused.message(
            DeviceException.class, () -> Dispatch.apply(new Attention(true, 1), x, x, x));
    assertTrue(text.contains("call Attentions.scaledDotProductAttention"), text);
    Attentions.scaledDotProductAttention(x, x, x, true, 0).sum().item();
  }
}
