package org.example.functions;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.BackwardException;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.Refused;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.Autograd;
import ai.cresset.tensor.autograd.CustomFunction;
import ai.cresset.tensor.autograd.GradientCheck;
import ai.cresset.tensor.op.Context;
import ai.cresset.tensor.op.Needs;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Functions of users, from a package that is not the library's. */
@ExtendWith(LeakCheck.class)
class UserFunctionTest {
  private static Tensor leaf(double... values) {
    return Tensor.of(values, values.length).requiresGrad(true);
  }

  @Test
  void forwardAndBackwardInOneClassCanBeDifferentiatedTwice() {
    GradientCheck.Function cube = x -> List.of(new Cube(0.5).apply(x.get(0)));
    GradientCheck.DEFAULT.first(cube, List.of(leaf(1, -2, 0.5)));
    GradientCheck.DEFAULT.second(cube, List.of(leaf(1, -2, 0.5)));
    Tensor x = leaf(2);
    Tensor first = Autograd.grad(new Cube(1).apply(x).sum(), x, true);
    Tensor second = Autograd.grad(first.sum(), x, true);
    Tensor third = Autograd.grad(second.sum(), x, false);
    assertArrayEquals(new double[] {6}, third.toDoubleArray(), 1e-12);
  }

  @Test
  void aKernelFallsBackToItsComposedFormForSecondDerivatives() {
    GradientCheck.Function fused =
        x -> List.of(new SteepSigmoid(3).apply(x.get(0).mul(2), x.get(1)));
    List<Tensor> inputs = List.of(leaf(0.1, -0.4, 0.7), leaf(1, 2, -1));
    GradientCheck.DEFAULT.first(fused, inputs);
    GradientCheck.DEFAULT.second(fused, inputs);
    GradientCheck.DEFAULT.masks(fused, inputs);
  }

  @Test
  void inputsThatDependOnEachOtherGetTheirOwnShare() {
    GradientCheck.Function fused =
        x -> {
          Tensor weight = x.get(0).exp();
          return List.of(new SteepSigmoid(1.5).apply(x.get(0), weight));
        };
    GradientCheck.DEFAULT.first(fused, List.of(leaf(0.1, -0.4)));
    GradientCheck.DEFAULT.second(fused, List.of(leaf(0.1, -0.4)));
  }

  @Test
  void severalResultsSomeWithoutGradient() {
    Tensor x = leaf(1, 5, 2);
    List<Tensor> results = new LargestAndRest().applyAll(List.of(x));
    assertTrue(results.get(0).requiresGrad());
    assertFalse(results.get(1).requiresGrad());
    assertTrue(results.get(2).requiresGrad());
    results.get(2).add(results.get(0).mul(2).sum()).backward();
    Tensor gradient = x.grad();
    assertNotNull(gradient);
    assertArrayEquals(new double[] {3, 0, 3}, gradient.toDoubleArray());
    assertEquals(1, results.get(1).item());
  }

  @Test
  void withoutGradientModeNothingIsKept() {
    Tensor x = leaf(1, 2);
    Tensor y = Autograd.noGrad(() -> new Cube(1).apply(x));
    assertFalse(y.requiresGrad());
    assertArrayEquals(new double[] {1, 8}, y.toDoubleArray());
  }

  @Test
  void anInputThatIsHandedOnKeepsItsPlace() {
    Tensor x = leaf(1, 2);
    Tensor y = x.mul(2);
    Tensor same = new Doubled().apply(y);
    y.sum().add(same.sum()).backward();
    Tensor gradient = x.grad();
    assertNotNull(gradient);
    assertArrayEquals(new double[] {6, 6}, gradient.toDoubleArray());
  }

  /** Its input, with twice its gradient. */
  private record Doubled() implements CustomFunction {
    @Override
    public List<Tensor> forward(Context context, List<Tensor> inputs) {
      return inputs;
    }

    @Override
    public List<@Nullable Tensor> backward(
        Context context, List<@Nullable Tensor> gradients, Needs needs) {
      Tensor gradient = gradients.get(0);
      assertNotNull(gradient);
      return List.of(gradient.mul(2));
    }
  }

  @Test
  void aForwardThatChangesItsInputIsRefused() {
    String refused =
        Refused.message(BackwardException.class, () -> new Vandal().apply(Tensor.ones(2)));
    assertEquals(
        "vandal: forward changed its input 0 in place (add_), which its backward cannot know;"
            + " compute with a copy()",
        refused);
  }

  private record Vandal() implements CustomFunction {
    @Override
    public List<Tensor> forward(Context context, List<Tensor> inputs) {
      return List.of(inputs.get(0).add_(1).mul(2));
    }

    @Override
    public List<@Nullable Tensor> backward(
        Context context, List<@Nullable Tensor> gradients, Needs needs) {
      return gradients;
    }
  }
}
