package ai.cresset.tensor.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.BackwardException;
import ai.cresset.memory.Allocator;
import ai.cresset.random.Generator;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.Refused;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.op.Dispatch;
import ai.cresset.tensor.op.Dropout;
import ai.cresset.type.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Changes in place inside of graphs: values, gradients, views. */
@ExtendWith(LeakCheck.class)
class InPlaceTest {
  private static Tensor leaf(double... values) {
    return Tensor.of(values, values.length).requiresGrad(true);
  }

  private static double[] gradient(Tensor leaf) {
    Tensor gradient = leaf.grad();
    assertNotNull(gradient);
    return gradient.toDoubleArray();
  }

  private record Case(
      String name, UnaryOperator<Tensor> inPlace, UnaryOperator<Tensor> outOfPlace) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static List<Arguments> cases() {
    List<Case> cases = new ArrayList<>();
    cases.add(new Case("neg_", Tensor::neg_, Tensor::neg));
    cases.add(new Case("abs_", Tensor::abs_, Tensor::abs));
    cases.add(new Case("square_", Tensor::square_, Tensor::square));
    cases.add(new Case("exp_", Tensor::exp_, Tensor::exp));
    cases.add(new Case("expm1_", Tensor::expm1_, Tensor::expm1));
    cases.add(new Case("log_", Tensor::log_, Tensor::log));
    cases.add(new Case("log1p_", Tensor::log1p_, Tensor::log1p));
    cases.add(new Case("sqrt_", Tensor::sqrt_, Tensor::sqrt));
    cases.add(new Case("rsqrt_", Tensor::rsqrt_, Tensor::rsqrt));
    cases.add(new Case("reciprocal_", Tensor::reciprocal_, Tensor::reciprocal));
    cases.add(new Case("sin_", Tensor::sin_, Tensor::sin));
    cases.add(new Case("cos_", Tensor::cos_, Tensor::cos));
    cases.add(new Case("tanh_", Tensor::tanh_, Tensor::tanh));
    cases.add(new Case("sigmoid_", Tensor::sigmoid_, Tensor::sigmoid));
    cases.add(new Case("erf_", Tensor::erf_, Tensor::erf));
    cases.add(new Case("relu_", Tensor::relu_, Tensor::relu));
    cases.add(new Case("silu_", Tensor::silu_, Tensor::silu));
    cases.add(new Case("leakyRelu_", x -> x.leakyRelu_(0.1), x -> x.leakyRelu(0.1)));
    cases.add(new Case("elu_", x -> x.elu_(0.7), x -> x.elu(0.7)));
    cases.add(new Case("clamp_", x -> x.clamp_(0.5, 1), x -> x.clamp(0.5, 1)));
    cases.add(new Case("add_ number", x -> x.add_(3), x -> x.add(3)));
    cases.add(new Case("sub_ number", x -> x.sub_(3), x -> x.sub(3)));
    cases.add(new Case("mul_ number", x -> x.mul_(3), x -> x.mul(3)));
    cases.add(new Case("div_ number", x -> x.div_(3), x -> x.div(3)));
    cases.add(new Case("pow_ number", x -> x.pow_(2.5), x -> x.pow(2.5)));
    cases.add(new Case("mul_ itself", x -> x.mul_(x), x -> x.mul(x)));
    cases.add(new Case("fill_", x -> x.fill_(2), x -> x.mul(0).add(2)));
    return cases.stream().map(Arguments::of).toList();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aFunctionInPlaceHasTheValuesAndGradientsOfItsOtherForm(Case each) {
    for (boolean strided : new boolean[] {false, true}) {
      Tensor x = Tensor.of(new double[] {0.3, 0.7, 1.2, 1.9}, 2, 2).requiresGrad(true);
      Tensor expected = each.outOfPlace().apply(arranged(x, strided));
      Tensor copy = arranged(x, strided);
      Tensor changed = each.inPlace().apply(copy);
      assertSame(copy, changed);
      assertArrayEquals(expected.toDoubleArray(), changed.toDoubleArray(), each.name());
      GradientCheck.Function function =
          inputs -> {
            Tensor here = each.inPlace().apply(arranged(inputs.get(0), strided));
            return List.of(here.mul(here));
          };
      GradientCheck.DEFAULT.first(function, List.of(x));
      GradientCheck.DEFAULT.second(function, List.of(x));
    }
  }

  /** A result of an operation, contiguous or not. */
  private static Tensor arranged(Tensor x, boolean strided) {
    return strided ? x.t().mul(1).t() : x.mul(1);
  }

  @Test
  void operandsGetTheirGradients() {
    Tensor x = Tensor.of(new double[] {0.3, 0.7, 1.2, 1.9}, 2, 2).requiresGrad(true);
    Tensor y = Tensor.of(new double[] {0.5, 1.5}, 2).requiresGrad(true);
    Tensor z = Tensor.of(new double[] {1.1, 0.4, 0.9, 1.7}, 2, 2).requiresGrad(true);
    Tensor mask = Tensor.of(new double[] {0.5, 0.1}, 2).lt(Tensor.of(new double[] {0.3}, 1));
    GradientCheck.Function function =
        inputs -> {
          Tensor a = inputs.get(0).mul(1);
          a.mul_(inputs.get(1)).add_(inputs.get(2), 0.5).sub_(inputs.get(1)).div_(inputs.get(2));
          a.addcmul_(inputs.get(1), inputs.get(2), 2).addcdiv_(inputs.get(1), inputs.get(2), -1);
          a.lerp_(inputs.get(2), 0.3).abs_().pow_(inputs.get(1)).maskedFill_(mask, 4);
          return List.of(a, a.mul(2));
        };
    GradientCheck.DEFAULT.first(function, List.of(x, y, z));
    GradientCheck.DEFAULT.second(function, List.of(x, y, z));
    GradientCheck.DEFAULT.masks(function, List.of(x, y, z));
  }

  @Test
  void earlierUsesKeepTheirGradientAndLaterOnesGoThroughTheChange() {
    Tensor x = leaf(2, 3);
    Tensor y = x.mul(2);
    Tensor before = y.sum();
    y.mul_(10);
    before.add(y.sum()).backward();
    assertArrayEquals(new double[] {22, 22}, gradient(x));
  }

  @Test
  void aConstantThatTakesAGradientInBecomesPartOfTheGraph() {
    Tensor x = leaf(2, 3);
    Tensor buffer = Tensor.of(new double[] {0, 0, 1, 1}, 4);
    buffer.narrow(0, 1, 2).copy_(x);
    assertTrue(buffer.requiresGrad());
    assertFalse(buffer.isLeaf());
    buffer.mul(Tensor.of(new double[] {1, 10, 100, 1000}, 4)).sum().backward();
    assertArrayEquals(new double[] {10, 100}, gradient(x));
  }

  @Test
  void aChangedViewChangesItsBaseAndItsSiblings() {
    Tensor x = Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 2, 3).requiresGrad(true);
    Tensor w = Tensor.of(new double[] {0.5, 2}, 2).requiresGrad(true);
    GradientCheck.Function function =
        inputs -> {
          Tensor base = inputs.get(0).mul(1);
          Tensor column = base.select(1, 1);
          Tensor transposed = base.t();
          Tensor wide = base.narrow(0, 0, 1).expand(4, 3);
          column.mul_(inputs.get(1));
          base.select(0, 0).mul_(3);
          transposed.slice(0, 0, 3, 2).add_(inputs.get(1));
          return List.of(base.square(), transposed.mul(3), column.mul(column), wide.square());
        };
    GradientCheck.DEFAULT.first(function, List.of(x, w));
    GradientCheck.DEFAULT.second(function, List.of(x, w));
    GradientCheck.DEFAULT.masks(function, List.of(x, w));
  }

  @Test
  void partsOfASplitMayBeChanged() {
    Tensor x = leaf(1, 2, 3, 4);
    GradientCheck.Function function =
        inputs -> {
          Tensor base = inputs.get(0).mul(1);
          List<Tensor> parts = base.split(2, 0);
          parts.get(0).mul_(parts.get(1));
          parts.get(1).square_();
          return List.of(base, parts.get(0).mul(2));
        };
    GradientCheck.DEFAULT.first(function, List.of(x));
    GradientCheck.DEFAULT.second(function, List.of(x));
  }

  @Test
  void aViewOfAChangedBaseSeesTheChange() {
    Tensor x = leaf(1, 2);
    Tensor base = x.mul(3);
    Tensor view = base.view(2, 1);
    base.mul_(5);
    assertArrayEquals(new double[] {15, 30}, view.toDoubleArray());
    view.sum().backward();
    assertArrayEquals(new double[] {15, 15}, gradient(x));
  }

  @Test
  void anAliasIsChangedWithItsTensor() {
    Tensor x = leaf(1, 2);
    Tensor y = x.mul(3);
    Tensor alias = y.alias();
    alias.mul_(2);
    y.sum().backward();
    assertArrayEquals(new double[] {6, 6}, gradient(x));
  }

  @Test
  void anActivationInPlaceKeepsNoCopy() {
    Tensor x = leaf(-1, 2);
    Tensor hidden = x.mul(3);
    long before = Allocator.current().statistics().liveStorages();
    hidden.relu_();
    assertEquals(before, Allocator.current().statistics().liveStorages());
    hidden.mul(2).sum().backward();
    assertArrayEquals(new double[] {0, 6}, gradient(x));
  }

  @Test
  void anOverlappingSourceIsReadBeforeItIsOverwritten() {
    Tensor x = Tensor.of(new double[] {1, 2, 3, 4}, 4);
    x.narrow(0, 1, 3).copy_(x.narrow(0, 0, 3));
    assertArrayEquals(new double[] {1, 1, 2, 3}, x.toDoubleArray());
    Tensor square = Tensor.of(new double[] {1, 2, 3, 4}, 2, 2);
    square.add_(square.t());
    assertArrayEquals(new double[] {2, 5, 5, 8}, square.toDoubleArray());
  }

  @Test
  void typesFollowPyTorch() {
    Tensor half = Tensor.of(new float[] {1, 2}, 2);
    half.add_(Tensor.of(new double[] {0.5, 0.25}, 2));
    assertEquals(DType.FLOAT32, half.dtype());
    assertArrayEquals(new float[] {1.5f, 2.25f}, half.toFloatArray());
    Tensor whole = Tensor.of(new long[] {1, 2}, 2);
    whole.add_(2).mul_(Tensor.of(new int[] {3, 4}, 2)).fill_(7).sub_(1);
    assertArrayEquals(new long[] {6, 6}, whole.toLongArray());
    whole.copy_(Tensor.of(new float[] {1.9f, -1.9f}, 2));
    assertArrayEquals(new long[] {1, -1}, whole.toLongArray());
  }

  @Test
  void gradientsReachALowerTypeThroughACast() {
    Tensor wide = leaf(2, 3);
    Tensor narrow = Tensor.of(new float[] {1, 1}, 2).requiresGrad(true);
    Tensor y = narrow.mul(1);
    y.mul_(wide);
    y.sum().backward();
    assertArrayEquals(new double[] {1, 1}, gradient(wide));
    assertArrayEquals(new double[] {2, 3}, gradient(narrow));
  }

  @Test
  void randomNumbersInPlaceAreThoseOfTheirSeed() {
    Tensor x = Tensor.zeros(1000);
    x.normal_(1, 2, new Generator(5));
    Tensor again = Tensor.zeros(1000).normal_(1, 2, new Generator(5));
    assertArrayEquals(x.toFloatArray(), again.toFloatArray());
    assertEquals(1, x.mean().item(), 0.3);
    x.uniform_(2, 3, new Generator(5));
    assertTrue(x.min().item() >= 2 && x.max().item() < 3);
    x.bernoulli_(0.25, new Generator(5));
    assertEquals(0.25, x.mean().item(), 0.1);
    Tensor coins = Tensor.of(new long[100], 100).bernoulli_(1, new Generator(5));
    assertEquals(100, coins.sum().item());
  }

  @Test
  void indexOperationsInPlaceAreRecorded() {
    Tensor x = Tensor.of(new double[] {1, 2, 3, 4}, 2, 2).requiresGrad(true);
    Tensor source = Tensor.of(new double[] {5, 6}, 1, 2).requiresGrad(true);
    Tensor index = Tensor.of(new long[] {1}, 1);
    GradientCheck.Function function =
        inputs -> {
          Tensor y = inputs.get(0).mul(2);
          y.indexAdd_(0, index, inputs.get(1));
          y.scatterAdd_(1, Tensor.of(new long[] {0, 1}, 1, 2), inputs.get(1));
          return List.of(y.square());
        };
    GradientCheck.DEFAULT.first(function, List.of(x, source));
  }

  @Test
  void aRetainedGradientMovesWithTheChange() {
    Tensor x = leaf(1, 2);
    Tensor y = x.mul(3);
    y.retainGrad();
    y.mul_(2);
    y.mul(5).sum().backward();
    assertArrayEquals(new double[] {5, 5}, gradient(y));
    assertArrayEquals(new double[] {30, 30}, gradient(x));
  }

  @Test
  void aStateThatIsCarriedOnCanLeaveItsGraph() {
    Tensor x = leaf(1, 2);
    Tensor state = x.mul(3);
    state.detach_();
    assertTrue(state.isLeaf());
    assertFalse(state.requiresGrad());
    state.add_(x).sum().backward();
    assertArrayEquals(new double[] {1, 1}, gradient(x));
    Tensor view = x.mul(2).narrow(0, 0, 1);
    String refused = Refused.message(BackwardException.class, view::detach_);
    assertTrue(refused.contains("a view of another tensor"), refused);
  }

  @Test
  void anOperationWithRandomNumbersDrawsThemFromItsKey() {
    Generator.Key key = new Generator(9).reserve(100);
    Tensor expected = Dispatch.apply(new Dropout(0.5, key), Tensor.ones(100));
    Tensor x = Tensor.ones(100);
    Dispatch.applyInPlace("dropout_", new Dropout(0.5, key), x);
    assertArrayEquals(expected.toFloatArray(), x.toFloatArray());
  }
}
