package ai.cresset.tensor.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.BackwardException;
import ai.cresset.error.ShapeException;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.Refused;
import ai.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class HooksTest {
  private static Tensor leaf(double... values) {
    return Tensor.of(values, values.length).requiresGrad(true);
  }

  private static double[] gradient(Tensor leaf) {
    Tensor gradient = leaf.grad();
    assertNotNull(gradient);
    return gradient.toDoubleArray();
  }

  @Test
  void aHookOnAResultMayReplaceItsGradient() {
    Tensor x = leaf(1, 2);
    Tensor y = x.mul(3);
    List<double[]> seen = new ArrayList<>();
    y.registerHook(
        gradient -> {
          seen.add(gradient.toDoubleArray());
          return gradient.mul(10);
        });
    y.registerHook(gradient -> null);
    y.mul(2).add(y).sum().backward();
    assertArrayEquals(new double[] {3, 3}, seen.get(0));
    assertEquals(1, seen.size());
    assertArrayEquals(new double[] {90, 90}, gradient(x));
  }

  @Test
  void aHookOnALeafRunsBeforeItsGradientIsAccumulated() {
    Tensor x = leaf(1, 2);
    x.registerHook(gradient -> gradient.neg());
    x.mul(3).sum().backward();
    assertArrayEquals(new double[] {-3, -3}, gradient(x));
    Tensor y = x.mul(3).sum();
    Tensor asked = Autograd.grad(y, x, false);
    assertArrayEquals(new double[] {-3, -3}, asked.toDoubleArray());
  }

  @Test
  void aRemovedHookIsNotCalled() {
    Tensor x = leaf(1);
    int[] calls = new int[3];
    HookHandle first =
        x.registerHook(
            gradient -> {
              calls[0]++;
              return null;
            });
    HookHandle second = x.afterAccumulate(each -> calls[1]++);
    x.mul(2).sum().backward();
    first.close();
    first.close();
    second.close();
    x.mul(2).sum().backward();
    assertArrayEquals(new int[] {1, 1, 0}, calls);
  }

  @Test
  void aResultKeepsItsGradientIfAsked() {
    Tensor x = leaf(1, 2);
    Tensor y = x.mul(3);
    assertNull(y.grad());
    y.retainGrad();
    y.retainGrad();
    assertTrue(y.retainsGrad());
    Tensor z = y.square().sum();
    Autograd.backward(z, true, false);
    assertArrayEquals(new double[] {6, 12}, gradient(y));
    z.backward();
    assertArrayEquals(new double[] {12, 24}, gradient(y));
    y.zeroGrad();
    assertNull(y.grad());
  }

  @Test
  void hooksOnNodesSeeAndReplaceWhatGoesInAndOut() {
    Tensor x = leaf(2, 3);
    Tensor y = x.mul(x);
    Node node = y.gradientNode();
    assertNotNull(node);
    assertEquals("mul", node.name());
    assertEquals(2, node.next().size());
    List<String> order = new ArrayList<>();
    node.registerHook(
        (List<@Nullable Tensor> gradients) -> {
          order.add("before " + gradients.size());
          Tensor gradient = gradients.get(0);
          assertNotNull(gradient);
          return List.of(gradient.mul(2));
        });
    HookHandle after =
        node.registerHook(
            (List<@Nullable Tensor> results, List<@Nullable Tensor> gradients) -> {
              order.add("after " + results.size());
              Tensor result = results.get(0);
              assertNotNull(result);
              return List.of(result.mul(10), result);
            });
    Tensor z = y.sum();
    Autograd.backward(z, true, false);
    assertEquals(List.of("before 1", "after 2"), order);
    assertArrayEquals(new double[] {44, 66}, gradient(x));
    after.close();
    x.zeroGrad();
    z.backward();
    assertArrayEquals(new double[] {8, 12}, gradient(x));
  }

  @Test
  void aHookIsRecordedUnderCreateGraph() {
    Tensor x = leaf(2);
    Tensor y = x.mul(x);
    y.registerHook(gradient -> gradient.mul(x));
    Tensor first = Autograd.grad(y.sum(), x, true);
    Tensor second = Autograd.grad(first.sum(), x, false);
    assertArrayEquals(new double[] {8}, first.toDoubleArray());
    assertArrayEquals(new double[] {8}, second.toDoubleArray());
  }

  @Test
  void aGradientOfAnotherShapeIsRefused() {
    Tensor x = leaf(1, 2);
    x.registerHook(Tensor::sum);
    String refused = Refused.message(ShapeException.class, () -> x.mul(2).sum().backward());
    assertEquals("hook of accumulateGrad: expected a gradient of shape [2], got []", refused);
  }

  @Test
  void aTensorWithoutGradientTakesNoHook() {
    Tensor x = Tensor.ones(1);
    String refused =
        Refused.message(BackwardException.class, () -> x.registerHook(gradient -> null));
    assertTrue(refused.contains("call requiresGrad(true) first"), refused);
  }

  @Test
  void hooksOnSavedTensorsSeeInputsResultsAndWhatIsMadeOnTheWay() {
    Tensor x = leaf(1, 2, 4);
    List<Packed> packed = new ArrayList<>();
    SavedTensorHooks hooks =
        tensor -> {
          Packed made = new Packed(tensor.toDoubleArray(), tensor.shape().toArray());
          packed.add(made);
          return made;
        };
    Tensor y;
    try (GradMode.Restore use = SavedTensorHooks.use(hooks)) {
      Tensor changed = x.exp();
      changed.mul_(changed);
      y = changed.softmax(0);
    }
    double[] expected = gradientOf(x);
    y.mul(Tensor.of(new double[] {1, 2, 3}, 3)).sum().backward();
    assertArrayEquals(expected, gradient(x), 1e-12);
    assertTrue(packed.size() >= 4, packed.toString());
    for (Packed each : packed) {
      assertEquals(1, each.released, "releases");
    }
  }

  private static double[] gradientOf(Tensor x) {
    Tensor y = x.exp().square().softmax(0).mul(Tensor.of(new double[] {1, 2, 3}, 3)).sum();
    return Autograd.grad(y, x, false).toDoubleArray();
  }

  private static final class Packed implements SavedTensorHooks.Packed {
    private final double[] values;
    private final long[] sizes;
    private int released;

    Packed(double[] values, long[] sizes) {
      this.values = values;
      this.sizes = sizes;
    }

    @Override
    public Tensor unpack() {
      return Tensor.of(values, sizes);
    }

    @Override
    public void release() {
      released++;
    }
  }
}
