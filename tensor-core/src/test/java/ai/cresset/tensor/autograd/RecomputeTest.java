package ai.cresset.tensor.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.BackwardException;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.Scope;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Creation;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.NoScope;
import ai.cresset.tensor.Refused;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.op.Dispatch;
import ai.cresset.tensor.op.Dropout;
import ai.cresset.type.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class RecomputeTest {
  private static Tensor leaf(double... values) {
    return Tensor.of(values, values.length).requiresGrad(true);
  }

  private static double[] gradient(Tensor leaf) {
    Tensor gradient = leaf.grad();
    assertNotNull(gradient);
    return gradient.toDoubleArray();
  }

  private static Tensor dropout(Tensor x) {
    return Dispatch.apply(new Dropout(0.3, Generator.current().reserve(x.numel())), x);
  }

  /** A block with a weight of its own and dropout inside. */
  private static UnaryOperator<Tensor> block(Tensor weight) {
    return x -> dropout(dropout(x.matmul(weight)).tanh().mul(x)).exp();
  }

  private static Tensor random(long seed, long... sizes) {
    return Creation.normal(Tensor.spec(DType.FLOAT32, sizes), 0, 0.3, new Generator(seed));
  }

  @Test
  void gradientsHaveTheBitsOfAPlainRunWithDropout() {
    List<float[]> plain = gradients(false);
    List<float[]> recomputed = gradients(true);
    for (int i = 0; i < plain.size(); i++) {
      assertArrayEquals(plain.get(i), recomputed.get(i));
    }
  }

  private static List<float[]> gradients(boolean recompute) {
    Generator before = Generator.use(new Generator(11));
    try (Scope scope = Scope.open("run")) {
      Tensor x = random(1, 6, 6).requiresGrad(true);
      Tensor tied = random(2, 6, 6).requiresGrad(true);
      Tensor last = random(3, 6, 6).requiresGrad(true);
      List<float[]> hooked = new ArrayList<>();
      tied.afterAccumulate(each -> hooked.add(floats(each)));
      Tensor y = x;
      for (Tensor weight : List.of(tied, last, tied)) {
        y = recompute ? Recompute.checkpoint(block(weight), y) : block(weight).apply(y);
      }
      // What comes after must not draw other numbers because of the recomputation.
      dropout(y).sum().backward();
      Tensor after = dropout(x);
      assertEquals(1, hooked.size());
      return List.of(floats(x), floats(tied), floats(last), after.toFloatArray());
    } finally {
      Generator.use(before);
    }
  }

  private static float[] floats(Tensor leaf) {
    Tensor gradient = leaf.grad();
    assertNotNull(gradient);
    return gradient.toFloatArray();
  }

  @Test
  @NoScope
  void lessMemoryIsHeldBetweenForwardAndBackward() {
    long plain = heldByForward(false, false);
    long recomputed = heldByForward(true, false);
    long nested = heldByForward(true, true);
    assertTrue(recomputed < plain / 2, recomputed + " of " + plain);
    assertTrue(nested < recomputed, nested + " of " + recomputed);
  }

  private static long heldByForward(boolean recompute, boolean nested) {
    try (Scope scope = Scope.open("run")) {
      Tensor x = random(1, 64, 64).requiresGrad(true);
      Tensor weight = random(2, 64, 64).requiresGrad(true);
      long before = Allocator.current().statistics().liveBytes();
      UnaryOperator<Tensor> block = block(weight);
      UnaryOperator<Tensor> one = recompute ? y -> Recompute.checkpoint(block, y) : block;
      UnaryOperator<Tensor> all =
          y -> {
            for (int i = 0; i < 6; i++) {
              y = one.apply(y);
            }
            return y;
          };
      Tensor loss;
      try (Scope forward = Scope.open("forward")) {
        Tensor y = nested ? Recompute.checkpoint(all, x) : all.apply(x);
        loss = forward.keep(y.sum());
      }
      long held = Allocator.current().statistics().liveBytes() - before;
      loss.backward();
      assertNotNull(weight.grad());
      return held;
    }
  }

  @Test
  void severalResultsAndInputsWithoutGradient() {
    Tensor x = leaf(1, 2);
    Tensor frozen = Tensor.of(new double[] {3, 4}, 2);
    Tensor scale = leaf(5);
    List<Tensor> results =
        Recompute.checkpoint(
            inputs -> {
              Tensor product = inputs.get(0).mul(inputs.get(1)).mul(scale);
              return List.of(product.square(), product.exp().mul(0));
            },
            List.of(x, frozen));
    results.get(0).sum().add(results.get(1).sum()).backward();
    assertArrayEquals(new double[] {2 * 9 * 25, 2 * 16 * 25 * 2}, gradient(x));
    assertArrayEquals(new double[] {2 * 5 * (9 + 64)}, gradient(scale));
    assertNull(frozen.grad());
  }

  @Test
  void onlyTheFunctionsOwnParametersNeedGradients() {
    Tensor weight = leaf(2, 3);
    Tensor x = Tensor.of(new double[] {1, 1}, 2);
    Recompute.checkpoint(each -> each.mul(weight).square(), x).sum().backward();
    assertArrayEquals(new double[] {4, 6}, gradient(weight));
  }

  @Test
  void derivativesOfAllKindsWorkThroughIt() {
    Tensor x = leaf(0.3, -0.5);
    Tensor weight = leaf(1.5, 0.7);
    GradientCheck.Function function =
        inputs ->
            List.of(
                Recompute.checkpoint(
                        (List<Tensor> each) -> {
                          Tensor inner =
                              Recompute.checkpoint(
                                  y -> y.mul(each.get(1)).sin(), each.get(0).exp());
                          return List.of(inner.mul(each.get(0)));
                        },
                        inputs)
                    .get(0));
    GradientCheck.DEFAULT.first(function, List.of(x, weight));
    GradientCheck.DEFAULT.second(function, List.of(x, weight));
    GradientCheck.DEFAULT.masks(function, List.of(x, weight));
    Tensor y = Recompute.checkpoint(each -> each.exp().mul(weight), x).sum();
    Autograd.backward(y, true, false);
    y.backward();
    assertEquals(2 * 1.5 * Math.exp(0.3), gradient(x)[0], 1e-12);
  }

  @Test
  void changesInPlaceInsideAreRepeated() {
    Tensor x = leaf(0.3, 0.5);
    GradientCheck.Function function =
        inputs ->
            List.of(
                Recompute.checkpoint(
                    each -> {
                      Tensor y = each.mul(2);
                      y.exp_();
                      y.mul_(y);
                      return y.sigmoid_().mul(3);
                    },
                    inputs.get(0)));
    GradientCheck.DEFAULT.first(function, List.of(x));
    GradientCheck.DEFAULT.second(function, List.of(x));
  }

  @Test
  void aFunctionThatChangesItsMindIsFound() {
    Tensor x = leaf(1, 2);
    int[] runs = new int[1];
    Tensor less = Recompute.checkpoint(each -> runs[0]++ == 0 ? each.exp().exp() : each.exp(), x);
    String refused = Refused.message(BackwardException.class, () -> less.sum().backward());
    assertEquals(
        "checkpoint: the function saved 2 tensors in the forward pass, but 1 when it ran again for"
            + " backward; it must do the same both times: let it depend on its inputs only, not on"
            + " counters, modes or data that change",
        refused);
    runs[0] = 0;
    Tensor other =
        Recompute.checkpoint(each -> (runs[0]++ == 0 ? each : each.narrow(0, 0, 1)).exp().sum(), x);
    String shape = Refused.message(BackwardException.class, other::backward);
    assertEquals(
        "checkpoint: saved tensor 0 was float64[2] in the forward pass, but float64[1] when the"
            + " function ran again for backward; it must do the same both times: let it depend on"
            + " its inputs only, not on counters, modes or data that change",
        shape);
  }

  /** The last thing that backward needs is the input of the last product. */
  @Test
  void theSecondRunEndsWhenAllIsThere() {
    Tensor x = leaf(1, 2);
    List<String> seen = new ArrayList<>();
    Tensor y =
        Recompute.checkpoint(
            each -> {
              seen.add("begin");
              Tensor power = each.exp();
              seen.add("middle");
              Tensor sum = power.square().sum();
              seen.add("end");
              return sum;
            },
            x);
    y.backward();
    assertEquals(List.of("begin", "middle", "end", "begin", "middle"), seen);
    assertArrayEquals(
        new double[] {2 * Math.exp(2), 2 * Math.exp(4)}, gradient(x), 1e-12 * Math.exp(4));
  }

  @Test
  void aParameterThatWasChangedInPlaceIsFound() {
    Tensor weight = leaf(2, 3);
    Tensor x = Tensor.of(new double[] {1, 1}, 2);
    Tensor y = Recompute.checkpoint(each -> each.mul(weight).sum(), x);
    weight.detach().add_(1);
    Tensor z = Recompute.checkpoint(each -> each.mul(weight).mul(weight).sum(), x);
    weight.detach().add_(1);
    y.backward();
    String refused = Refused.message(BackwardException.class, z::backward);
    assertTrue(refused.startsWith("mul: its backward needs the tensor float64[2] as it was, but"));
  }

  /** Each draws from a stream of its own, which the second run repeats and leaves where it was. */
  @Test
  void everyGeneratorThatWasUsedIsRepeated() {
    Generator own = new Generator(5);
    Generator other = new Generator(6);
    Generator before = Generator.use(new Generator(7));
    try {
      Tensor x = random(1, 64).requiresGrad(true);
      List<float[]> masks = new ArrayList<>();
      Tensor y =
          Recompute.checkpoint(
              each -> {
                Tensor one = Dispatch.apply(new Dropout(0.5, own.reserve(64)), each);
                Generator current = Generator.use(other);
                Tensor two = dropout(one);
                Generator.use(current);
                masks.add(dropout(two).toFloatArray());
                return dropout(two).exp();
              },
              x);
      Generator.Key ownAfter = own.state();
      Generator.Key otherAfter = other.state();
      // Another stream is the thread's own when backward runs.
      Generator aside = new Generator(8);
      Generator training = Generator.use(aside);
      y.sum().backward();
      assertEquals(new Generator.Key(8, 0), aside.state());
      Generator.use(training);
      assertEquals(2, masks.size());
      assertArrayEquals(masks.get(0), masks.get(1));
      assertEquals(ownAfter, own.state());
      assertEquals(otherAfter, other.state());
      assertEquals(new Generator.Key(7, 32), training.state());
    } finally {
      Generator.use(before);
    }
  }

  @Test
  void anInputThatWasChangedInPlaceIsFound() {
    Tensor x = leaf(1, 2);
    Tensor y = x.mul(2);
    Tensor z = Recompute.checkpoint(each -> each.exp(), y).sum();
    y.detach().add_(1);
    String refused = Refused.message(BackwardException.class, z::backward);
    assertTrue(
        refused.startsWith("checkpoint: its backward needs the tensor float64[2] as it was, but"),
        refused);
  }

  @Test
  void withoutGradientModeTheFunctionRunsOnce() {
    int[] runs = new int[1];
    Tensor x = leaf(1);
    Tensor y =
        Autograd.noGrad(
            () ->
                Recompute.checkpoint(
                    each -> {
                      runs[0]++;
                      return each.exp();
                    },
                    x));
    assertEquals(1, runs[0]);
    @Nullable Node node = y.gradientNode();
    assertNull(node);
  }
}
