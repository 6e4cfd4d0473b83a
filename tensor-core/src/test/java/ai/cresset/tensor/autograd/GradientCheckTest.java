package ai.cresset.tensor.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.BackwardException;
import ai.cresset.error.DTypeException;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.Refused;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.op.Context;
import ai.cresset.tensor.op.Dispatch;
import ai.cresset.tensor.op.Needs;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class GradientCheckTest {
  private static List<Tensor> inputs() {
    return List.of(Tensor.of(new double[] {0.5, -1, 2}, 3).requiresGrad(true));
  }

  @Test
  void aWrongFirstDerivativeIsFound() {
    List<Tensor> inputs = inputs();
    String refused =
        Refused.message(
            BackwardException.class,
            () ->
                GradientCheck.DEFAULT.first(
                    x -> List.of(Dispatch.apply(new Wrong(), x.get(0))), inputs));
    assertTrue(
        refused.startsWith("gradient of input 0 float64[3] at element 0: backward"), refused);
    assertArrayEquals(new double[] {0.5, -1, 2}, inputs.get(0).toDoubleArray());
  }

  /** A square whose derivative lacks its factor of 2. */
  private static final class Wrong extends Identity {
    @Override
    public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
      context.save(inputs.get(0));
      return inputs.get(0).square();
    }

    @Override
    public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
      return List.of(gradient.mul(context.saved(0)));
    }
  }

  @Test
  void aGradientThatForgetsItsGraphIsFound() {
    GradientCheck.DEFAULT.first(x -> List.of(Dispatch.apply(new Forgetful(), x.get(0))), inputs());
    assertThrows(
        BackwardException.class,
        () ->
            GradientCheck.DEFAULT.second(
                x -> List.of(Dispatch.apply(new Forgetful(), x.get(0))), inputs()));
  }

  /** A square whose derivative is right but detached. */
  private static final class Forgetful extends Identity {
    @Override
    public Tensor compute(Context context, List<Tensor> inputs, Spec output) {
      context.save(inputs.get(0));
      return inputs.get(0).square();
    }

    @Override
    public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
      return List.of(gradient.mul(context.saved(0)).mul(2).detach());
    }
  }

  @Test
  void float32IsTooCoarse() {
    Tensor x = Tensor.ones(2).requiresGrad(true);
    assertThrows(
        DTypeException.class,
        () -> GradientCheck.DEFAULT.first(each -> List.of(each.get(0).exp()), List.of(x)));
  }

  @Test
  void theTextSaysWhereAndByHowMuch() {
    Tensor x = Tensor.of(new double[] {1, 1, 1, 3}, 2, 2).requiresGrad(true);
    String refused =
        Refused.message(
            BackwardException.class,
            () ->
                GradientCheck.DEFAULT.first(
                    each -> List.of(each.get(0).add(each.get(0).detach().relu())), List.of(x)));
    assertTrue(
        refused.startsWith("gradient of input 0 float64[2, 2] at element 0 [0, 0]: backward gives"),
        refused);
    assertTrue(refused.contains("is allowed"), refused);
  }

  @Test
  void aGradientThatDependsOnTheMaskIsFound() {
    List<Tensor> both = List.of(inputs().get(0), inputs().get(0));
    GradientCheck.Function product = x -> List.of(x.get(0).mul(x.get(1)), x.get(1).exp());
    GradientCheck.DEFAULT.masks(product, both);
    String refused =
        Refused.message(
            BackwardException.class,
            () ->
                GradientCheck.DEFAULT.masks(
                    x -> List.of(Dispatch.apply(new Moody(), x.get(0), x.get(1))), both));
    assertTrue(
        refused.startsWith("gradient of input 0 float64[3]: with the needs mask 1 backward gives"),
        refused);
    assertTrue(both.get(0).requiresGrad() && both.get(1).requiresGrad());
  }

  /** Gives twice the gradient where only the first is wanted. */
  private static final class Moody extends Identity {
    @Override
    public List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
      Tensor first = needs.input(1) ? gradient : gradient.mul(2);
      List<@Nullable Tensor> result = new ArrayList<>();
      result.add(first);
      result.add(null);
      return result;
    }
  }

  @Test
  void onlyLeavesAreChecked() {
    Tensor result = inputs().get(0).mul(2);
    assertThrows(
        BackwardException.class, () -> GradientCheck.DEFAULT.first(each -> each, List.of(result)));
  }
}
