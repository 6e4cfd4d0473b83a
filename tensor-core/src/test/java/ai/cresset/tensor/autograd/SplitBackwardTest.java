package ai.cresset.tensor.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import ai.cresset.memory.Allocator;
import ai.cresset.memory.Scope;
import ai.cresset.model.Gpt;
import ai.cresset.model.GptBlock;
import ai.cresset.model.GptConfig;
import ai.cresset.nn.Placement;
import ai.cresset.nn.recompute.Recomputation;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Creation;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SplitBackwardTest {
  private static Tensor values(Shape shape, long seed) {
    return Creation.normal(new Spec(shape, DType.FLOAT64, Device.CPU), 0, 1, new Generator(seed));
  }

  private static double[] gradient(Tensor leaf) {
    Tensor found = leaf.grad();
    assertNotNull(found);
    return found.toDoubleArray();
  }

  @ParameterizedTest(name = "recompute {0}")
  @ValueSource(booleans = {false, true})
  void bothPartsTogetherAreOnePass(boolean recompute) {
    GptConfig config = GptConfig.of(7, 5, 1, 2, 8).withBias(true).withDropout(0.3);
    try (Allocator allocator = Allocator.create("split backward", 1L << 26);
        Allocator.Binding bound = allocator.bind();
        Gpt gpt = new Gpt(config, new Placement(DType.FLOAT64, Device.CPU));
        Scope scope = Scope.open("test")) {
      GptBlock block = gpt.transformer().blocks().get(0);
      try (HookHandle again =
          recompute ? Recomputation.block(block, RecomputePolicy.NOTHING) : () -> {}) {
        compare(block);
      }
    }
  }

  private static void compare(GptBlock block) {
    Shape shape = Shape.of(2, 5, 8);
    Tensor whole = values(shape, 1).requiresGrad(true);
    Tensor gradient = values(shape, 2);
    Generator before = Generator.use(new Generator(3));
    Autograd.backward(List.of(block.call(whole)), List.of(gradient), false, false);
    List<double[]> expected = block.parameters().stream().map(SplitBackwardTest::gradient).toList();
    block.parameters().forEach(Tensor::zeroGrad);

    Generator.use(new Generator(3));
    Tensor input = values(shape, 1).requiresGrad(true);
    try (Tensor output = block.call(input);
        SplitBackward split = SplitBackward.begin(output, gradient, List.of(input))) {
      Tensor found = split.inputGradients().get(0);
      assertNotNull(found);
      assertArrayEquals(gradient(whole), found.toDoubleArray());
      assertNull(input.grad());
      block.parameters().forEach(parameter -> assertNull(parameter.grad()));
      split.finish();
    }
    Generator.use(before);
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i), gradient(block.parameters().get(i)), "parameter " + i);
    }
  }

  @Test
  void leavesThatMeetBehindSeveralNodesGetOneSum() {
    try (Scope scope = Scope.open("test")) {
      Tensor weight = values(Shape.of(3), 1).requiresGrad(true);
      Tensor input = values(Shape.of(3), 2).requiresGrad(true);
      Tensor doubled = weight.mul(2.0);
      Tensor output = input.mul(doubled).add(doubled).mul(weight);
      try (SplitBackward split =
          SplitBackward.begin(output, Tensor.ones(output.spec()), List.of(input))) {
        split.finish();
      }
      double[] split = gradient(weight);
      weight.zeroGrad();
      Tensor again = weight.mul(2.0);
      input.mul(again).add(again).mul(weight).sum().backward();
      assertArrayEquals(gradient(weight), split, 1e-14);
    }
  }

  @Test
  void withoutInputsAllIsLeftToTheSecondPart() {
    try (Scope scope = Scope.open("test")) {
      Tensor weight = values(Shape.of(3), 1).requiresGrad(true);
      Tensor output = weight.mul(weight);
      try (SplitBackward split =
          SplitBackward.begin(output, Tensor.ones(output.spec()), List.of())) {
        assertEquals(List.of(), split.inputGradients());
        assertNull(weight.grad());
        split.finish();
      }
      assertArrayEquals(weight.mul(2.0).toDoubleArray(), gradient(weight), 1e-14);
    }
  }

  @Test
  void whatIsGivenUpLeavesNothing() {
    try (Allocator allocator = Allocator.create("given up", 1L << 20);
        Allocator.Binding bound = allocator.bind();
        Scope scope = Scope.open("test")) {
      Tensor weight = values(Shape.of(3), 1).requiresGrad(true);
      Tensor input = values(Shape.of(3), 2).requiresGrad(true);
      SplitBackward.begin(input.mul(weight), Tensor.ones(input.spec()), List.of(input)).close();
    }
  }
}
