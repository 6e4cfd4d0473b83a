package ai.cresset.nn.norm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.memory.Scope;
import ai.cresset.nn.Placement;
import ai.cresset.nn.activation.Relu;
import ai.cresset.nn.container.Sequential;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.MemoryFormat;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.Autograd;
import ai.cresset.tensor.autograd.HookHandle;
import ai.cresset.type.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A batch norm and the ReLU behind it in one pass, against the two one after the other. */
@ExtendWith(LeakCheck.class)
class RectifiedBatchNormTest {
  @Test
  void trainingHasTheBitsOfTwoLayers() {
    for (Tensor x : inputs()) {
      try (Sequential model = new Sequential(new BatchNorm2d(5), new Relu());
          Scope scope = Scope.open("test")) {
        vary(model);
        Tensor factors = Tensor.randn(3, 5, 4, 7);
        List<float[]> together = pass(model, x, factors);
        int[] calls = new int[1];
        try (HookHandle apart =
            model.get(1).registerForwardHook((module, in, out) -> count(calls))) {
          assertSameBits(together, pass(model, x, factors));
        }
        assertEquals(1, calls[0]);
        try (HookHandle apart =
            model.get(0).registerForwardHook((module, in, out) -> count(calls))) {
          assertSameBits(together, pass(model, x, factors));
        }
        assertEquals(2, calls[0]);
      }
    }
  }

  private static @Nullable Tensor count(int[] calls) {
    calls[0]++;
    return null;
  }

  private static List<Tensor> inputs() {
    Tensor planes = Tensor.randn(3, 5, 4, 7);
    Tensor holes = planes.detachedClone();
    holes.select(1, 2).mul_(Double.NaN);
    return List.of(planes, planes.contiguous(MemoryFormat.CHANNELS_LAST), holes);
  }

  /** Weights and biases of both signs. */
  private static void vary(Sequential model) {
    model.parameters().forEach(each -> each.detach().copy_(Tensor.randn(5)));
  }

  /** Result, gradients of input, weight and bias, and running statistics. */
  private static List<float[]> pass(Sequential model, Tensor x, Tensor factors) {
    BatchNorm2d norm = (BatchNorm2d) model.get(0);
    Objects.requireNonNull(norm.runningMean).zero_();
    Tensor leaf = x.detachedClone().requiresGrad(true);
    List<Tensor> found = new ArrayList<>();
    Tensor result = model.call(leaf);
    found.add(result);
    List<Tensor> leaves = new ArrayList<>(List.of(leaf));
    leaves.addAll(model.parameters());
    found.addAll(Autograd.grad(List.of(result), leaves, List.of(factors), false, false));
    found.add(norm.runningMean);
    return found.stream().map(tensor -> tensor.detach().contiguous().toFloatArray()).toList();
  }

  private static void assertSameBits(List<float[]> expected, List<float[]> got) {
    assertEquals(expected.size(), got.size());
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(bits(expected.get(i)), bits(got.get(i)), "number " + i);
    }
  }

  private static List<Integer> bits(float[] values) {
    List<Integer> bits = new ArrayList<>();
    for (float value : values) {
      bits.add(Float.floatToIntBits(value));
    }
    return bits;
  }

  @Test
  void secondDerivativesAndEvaluationAreThoseOfTwoLayers() {
    try (BatchNorm1d norm =
            new BatchNorm1d(
                2, RunningNormOptions.BATCH, Placement.DEFAULT.withDType(DType.FLOAT64));
        Scope scope = Scope.open("test")) {
      Tensor x = Tensor.randn(6, 2).to(DType.FLOAT64).requiresGrad(true);
      Tensor factors = Tensor.randn(6, 2).to(DType.FLOAT64);
      Tensor first = gradient(norm.callRectified(x), factors, x);
      Tensor second = gradient(norm.call(x).relu(), factors, x);
      assertClose(second, first);
      Tensor ones = Tensor.ones(first.spec());
      assertClose(gradient(second.square(), ones, x), gradient(first.square(), ones, x));
      norm.eval();
      assertClose(norm.call(x).relu(), norm.callRectified(x));
    }
  }

  private static Tensor gradient(Tensor of, Tensor cotangent, Tensor x) {
    return Autograd.grad(List.of(of), List.of(x), List.of(cotangent), true, true).get(0);
  }

  private static void assertClose(Tensor expected, Tensor got) {
    assertTrue(expected.allClose(got, 1e-10, 1e-11, false), expected + " and " + got);
  }
}
