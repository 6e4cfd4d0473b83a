package ai.cresset.tensor.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.BackwardException;
import ai.cresset.error.ShapeException;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.Refused;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.op.Context;
import ai.cresset.tensor.op.Dispatch;
import ai.cresset.tensor.op.Needs;
import ai.cresset.type.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class EngineTest {
  private static Tensor leaf(double... values) {
    return Tensor.of(values, values.length).requiresGrad(true);
  }

  private static double[] gradient(Tensor leaf) {
    Tensor gradient = leaf.grad();
    assertNotNull(gradient);
    return gradient.toDoubleArray();
  }

  @Test
  void aLeafUsedTwiceGetsBothGradients() {
    Tensor x = leaf(2, 3);
    x.mul(x).add(x.mul(5)).sum().backward();
    assertArrayEquals(new double[] {9, 11}, gradient(x));
  }

  @Test
  void gradientsAccumulateOverPassesUntilForgotten() {
    Tensor x = leaf(2);
    x.square().sum().backward();
    x.square().sum().backward();
    assertArrayEquals(new double[] {8}, gradient(x));
    x.zeroGrad();
    assertNull(x.grad());
    x.square().sum().backward();
    assertArrayEquals(new double[] {4}, gradient(x));
  }

  @Test
  void aSecondPassNeedsARetainedGraph() {
    Tensor x = leaf(2);
    Tensor y = x.exp().sum();
    Autograd.backward(y, true, false);
    y.backward();
    assertArrayEquals(new double[] {2 * Math.exp(2)}, gradient(x), 1e-12);
    String refused = Refused.message(BackwardException.class, y::backward);
    assertTrue(refused.contains("pass retainGraph to the first"), refused);
  }

  @Test
  void aSavedTensorChangedInPlaceIsNoticed() {
    Tensor x = leaf(2, 3);
    Tensor y = x.mul(2);
    Tensor z = y.mul(y).sum();
    y.detach().add_(Tensor.of(new double[] {1, 1}, 2));
    String refused = Refused.message(BackwardException.class, z::backward);
    assertEquals(
        "mul: its backward needs the tensor float64[2] as it was, but add_ changed it in place (saved"
            + " at version 0, now 1); copy() it before the change, or use the form without"
            + " underscore",
        refused);
  }

  @Test
  void aChangeOfWhatNobodySavedIsFine() {
    Tensor x = leaf(2, 3);
    Tensor y = x.mul(2);
    Tensor z = y.add(1).sum();
    y.detach().add_(Tensor.of(new double[] {1, 1}, 2));
    z.backward();
    assertArrayEquals(new double[] {2, 2}, gradient(x));
  }

  @Test
  void aLeafThatRequiresAGradientRefusesChangesInPlace() {
    Tensor x = leaf(1);
    String refused = Refused.message(BackwardException.class, () -> x.mul_(2));
    assertTrue(refused.contains("use noGrad"), refused);
    try (GradMode.Restore off = GradMode.disable()) {
      x.mul_(2);
    }
    assertEquals(2, x.item());
  }

  @Test
  void hooksRunWhenTheirLeafIsCompleteWhileThePassGoesOn() {
    Tensor first = leaf(1);
    Tensor last = leaf(1);
    List<String> order = new ArrayList<>();
    Tensor hidden = Dispatch.apply(new Spy("first layer", order), first.mul(2));
    Tensor y = Dispatch.apply(new Spy("last layer", order), hidden.mul(last));
    last.afterAccumulate(leaf -> order.add("hook of last " + gradient(leaf)[0]));
    first.afterAccumulate(leaf -> order.add("hook of first " + gradient(leaf)[0]));
    y.sum().backward();
    assertEquals(
        List.of("last layer", "hook of last 2.0", "first layer", "hook of first 2.0"), order);
  }

  /** Passes its input on and says when its backward ran. */
  private static final class Spy extends Identity {
    private final String name;
    private final List<String> order;

    Spy(String name, List<String> order) {
      this.name = name;
      this.order = order;
    }

    @Override
    public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
      order.add(name);
      return super.derive(context, gradient, needs);
    }
  }

  @Test
  void aSharedLeafWaitsForAllItsUses() {
    Tensor tied = leaf(3);
    List<Double> seen = new ArrayList<>();
    tied.afterAccumulate(leaf -> seen.add(gradient(leaf)[0]));
    Tensor y = tied.mul(2).mul(tied).mul(tied);
    y.sum().backward();
    assertEquals(List.of(54.0), seen);
  }

  @Test
  void gradientsGatherInATargetWithoutACopyOfTheirOwn() {
    Tensor x = leaf(2, 3);
    Tensor bucket = Tensor.of(new double[] {9, 9, 9, 9}, 4);
    Tensor place = bucket.narrow(0, 1, 2);
    x.accumulator().target(place);
    assertNull(x.grad());
    x.square().sum().backward();
    assertArrayEquals(new double[] {9, 4, 6, 9}, bucket.toDoubleArray());
    x.square().sum().backward();
    assertArrayEquals(new double[] {9, 8, 12, 9}, bucket.toDoubleArray());
    assertSame(place, x.grad());
    x.zeroGrad();
    assertNull(x.grad());
    x.square().sum().backward();
    assertArrayEquals(new double[] {9, 4, 6, 9}, bucket.toDoubleArray());
    String refused =
        Refused.message(
            BackwardException.class, () -> Autograd.backward(x.square().sum(), true, true));
    assertTrue(refused.contains("Autograd.grad"), refused);
    assertThrows(
        ShapeException.class, () -> x.accumulator().target(Tensor.of(new double[] {1}, 1)));
  }

  @Test
  void factorsAreAppliedWhenTheGradientIsLookedAt() {
    Tensor x = leaf(2, 3);
    x.square().sum().backward();
    x.accumulator().multiplyLater(0.5);
    x.accumulator().multiplyLater(0.5);
    Tensor raw = Objects.requireNonNull(x.accumulator().withoutFactor());
    assertArrayEquals(new double[] {4, 6}, raw.toDoubleArray());
    assertEquals(0.25, x.accumulator().factor());
    assertArrayEquals(new double[] {1, 1.5}, gradient(x));
    assertArrayEquals(new double[] {1, 1.5}, gradient(x));
    assertEquals(1, x.accumulator().factor());
    // What is added later is not multiplied; a gradient that is forgotten takes its factor along.
    x.accumulator().multiplyLater(2);
    x.square().sum().backward();
    assertArrayEquals(new double[] {6, 9}, gradient(x));
    x.accumulator().multiplyLater(2);
    x.zeroGrad();
    x.square().sum().backward();
    assertArrayEquals(new double[] {4, 6}, gradient(x));
    Tensor half = leaf(1).to(DType.BFLOAT16).detach().requiresGrad(true);
    half.mul(3).sum().backward();
    half.accumulator().multiplyLater(0.5);
    assertEquals(1, half.accumulator().factor());
    assertArrayEquals(new double[] {1.5}, gradient(half));
  }

  @Test
  void gradLeavesAccumulatedGradientsAlone() {
    Tensor x = leaf(2, 3);
    Tensor w = leaf(5, 7);
    Tensor hidden = x.mul(w);
    Tensor y = hidden.square().sum();
    List<@Nullable Tensor> gradients =
        Autograd.gradOrNull(
            List.of(y),
            List.of(hidden, w, leaf(1)),
            List.of(Tensor.of(new double[] {1}).reshape()),
            false,
            false);
    assertArrayEquals(new double[] {20, 42}, toArray(gradients.get(0)));
    assertArrayEquals(new double[] {40, 126}, toArray(gradients.get(1)));
    assertNull(gradients.get(2));
    assertNull(x.grad());
    assertNull(w.grad());
  }

  private static double[] toArray(@Nullable Tensor tensor) {
    assertNotNull(tensor);
    return tensor.toDoubleArray();
  }

  @Test
  void backwardIsToldWhichInputsAreWanted() {
    List<String> asked = new ArrayList<>();
    Tensor frozen = Tensor.of(new double[] {2}, 1);
    Tensor trained = leaf(3);
    Dispatch.apply(new Asked(asked), frozen, trained).sum().backward();
    Tensor a = leaf(2);
    Tensor y = Dispatch.apply(new Asked(asked), a, trained).sum();
    Autograd.grad(y, a, false);
    assertEquals(List.of("false true", "true false"), asked);
  }

  /** A sum that notes which gradients it was asked for. */
  private static final class Asked extends Identity {
    private final List<String> asked;

    Asked(List<String> asked) {
      this.asked = asked;
    }

    @Override
    public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
      asked.add(needs.input(0) + " " + needs.input(1));
      List<@Nullable Tensor> both = new ArrayList<>();
      both.add(needs.input(0) ? gradient : null);
      both.add(needs.input(1) ? gradient : null);
      return both;
    }
  }

  @Test
  void higherDerivativesComeFromARecordedPass() {
    Tensor x = leaf(2);
    Tensor y = x.square().mul(x).sum();
    Tensor first = Autograd.grad(y, x, true);
    assertTrue(first.requiresGrad());
    Tensor second = Autograd.grad(first.sum(), x, true);
    Tensor third = Autograd.grad(second.sum(), x, false);
    assertArrayEquals(new double[] {12}, first.toDoubleArray());
    assertArrayEquals(new double[] {12}, second.toDoubleArray());
    assertArrayEquals(new double[] {6}, third.toDoubleArray());
    assertFalse(third.requiresGrad());
  }

  @Test
  void aRecordedGradientInALeafIsNoLeak() {
    Tensor x = leaf(2);
    Autograd.backward(x.square().mul(x).sum(), true, true);
    Tensor gradient = x.grad();
    assertNotNull(gradient);
    assertTrue(gradient.requiresGrad());
    assertArrayEquals(new double[] {12}, gradient.toDoubleArray());
  }

  @Test
  void severalRootsGiveTheirGradientsTogether() {
    Tensor x = leaf(2, 3);
    Tensor a = x.square();
    Tensor b = a.mul(3);
    Tensor ones = Tensor.of(new double[] {1, 1}, 2);
    Autograd.backward(List.of(a, b), List.of(ones, ones), false, false);
    assertArrayEquals(new double[] {16, 24}, gradient(x));
    assertArrayEquals(new double[] {1, 1}, ones.toDoubleArray());
  }

  @Test
  void anUnusedOutputCountsAsZero() {
    Tensor x = leaf(1, 2, 3, 4);
    List<Tensor> parts = x.split(2, 0);
    parts.get(1).square().sum().backward();
    assertArrayEquals(new double[] {0, 0, 6, 8}, gradient(x));
  }

  @Test
  void deepGraphsNeedNoStack() {
    Tensor x = leaf(1);
    try (Scope scope = Scope.open("deep")) {
      Tensor y = x;
      for (int i = 0; i < 10_000; i++) {
        y = y.mul(1.0001);
      }
      y.sum().backward();
    }
    assertEquals(Math.pow(1.0001, 10_000), gradient(x)[0], 1e-6);
    try (Scope scope = Scope.open("deep, freed without backward")) {
      Tensor y = x;
      for (int i = 0; i < 10_000; i++) {
        y = y.mul(y);
      }
    }
  }

  @Test
  void noGradRecordsNothing() {
    Tensor x = leaf(2);
    Tensor y = Autograd.noGrad(() -> x.square());
    assertFalse(y.requiresGrad());
    assertTrue(GradMode.isEnabled());
    String refused = Refused.message(BackwardException.class, () -> y.sum().backward());
    assertTrue(refused.contains("requiresGrad(true)"), refused);
  }

  @Test
  void anOperationWithoutDerivativeThrowsWhenReached() {
    Tensor x = leaf(2);
    Tensor y = Dispatch.apply(new Opaque(), x.mul(3));
    assertTrue(y.requiresGrad());
    String refused = Refused.message(BackwardException.class, () -> y.sum().backward());
    assertEquals(
        "the backward pass reached opaque, which has no derivative; detach() its result if no"
            + " gradient is wanted",
        refused);
    y.detach().sum().item();
  }

  private static final class Opaque extends Identity {
    @Override
    public boolean isDifferentiable() {
      return false;
    }
  }

  @Test
  void aSecondDerivativeThroughAnAuxiliaryValueThrows() {
    Tensor x = leaf(2);
    Tensor y = Dispatch.apply(new Doubling(), x);
    Tensor first = Autograd.grad(y.sum(), x, false);
    assertArrayEquals(new double[] {2}, first.toDoubleArray());
    Tensor z = Dispatch.apply(new Doubling(), x).sum();
    String refused = Refused.message(BackwardException.class, () -> Autograd.grad(z, x, true));
    assertTrue(refused.contains("cannot be differentiated again"));
  }

  /** Saves a factor that is neither input nor output. */
  private static final class Doubling extends Identity {
    @Override
    public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
      try (Tensor factor = Tensor.full(output, 2)) {
        context.save(factor);
        return inputs.get(0).mul(factor);
      }
    }

    @Override
    public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
      return List.of(gradient.mul(context.saved(0)));
    }
  }

  @Test
  void aWrongGradientShapeNamesTheOperation() {
    Tensor x = leaf(2, 3);
    Tensor y = Dispatch.apply(new Careless(), x);
    String refused = Refused.message(ShapeException.class, () -> y.sum().backward());
    assertEquals("careless backward (input 0): expected [2], got []", refused);
  }

  private static final class Careless extends Identity {
    @Override
    public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
      return List.of(gradient.sum());
    }
  }

  @Test
  void backwardWithoutAGradientNeedsAScalar() {
    Tensor x = leaf(2, 3);
    String refused = Refused.message(BackwardException.class, () -> x.mul(2).backward());
    assertTrue(refused.contains("reduce it with sum() or mean()"));
  }

  @Test
  void hooksMayCloseTheLossOfTheirOwnPass() {
    Tensor x = leaf(2);
    Tensor y = x.square().mul(3).sum();
    Tensor early = leaf(1);
    Tensor loss = y.mul(early.sum());
    early.afterAccumulate(
        leaf -> {
          loss.close();
          y.close();
        });
    loss.backward();
    assertArrayEquals(new double[] {12}, gradient(x));
  }

  @Test
  void savedTensorHooksDecideWhatIsKept() {
    Tensor x = leaf(2, 3);
    Tensor y = x.mul(2);
    List<String> calls = new ArrayList<>();
    Tensor z;
    try (GradMode.Restore hooks = SavedTensorHooks.use(tensor -> new InJava(tensor, calls))) {
      z = y.square().sum();
    }
    assertEquals(List.of("pack"), calls);
    z.backward();
    assertEquals(List.of("pack", "unpack", "release"), calls);
    assertArrayEquals(new double[] {16, 24}, gradient(x));
  }

  /** Keeps a tensor as a Java array. */
  private static final class InJava implements SavedTensorHooks.Packed {
    private final double[] values;
    private final List<String> calls;

    InJava(Tensor tensor, List<String> calls) {
      this.values = tensor.toDoubleArray();
      this.calls = calls;
      calls.add("pack");
    }

    @Override
    public Tensor unpack() {
      calls.add("unpack");
      return Tensor.of(values, values.length);
    }

    @Override
    public void release() {
      calls.add("release");
    }
  }
}
