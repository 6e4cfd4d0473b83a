package ai.cresset.nn.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.golden.NativeMemoryCheck;
import ai.cresset.memory.Scope;
import ai.cresset.nn.StateDict;
import ai.cresset.nn.activation.Relu;
import ai.cresset.nn.container.Sequential;
import ai.cresset.nn.convolution.Conv2d;
import ai.cresset.nn.functional.ConvolutionOptions;
import ai.cresset.nn.norm.BatchNorm2d;
import ai.cresset.nn.pooling.MaxPool2d;
import ai.cresset.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Convolution, batch norm, pooling and flattening as layers. */
@ExtendWith(NativeMemoryCheck.class)
class ImageLayersTest {
  @Test
  void aSmallNetworkHasPyTorchsNamesAndTrains() {
    try (Sequential network =
            new Sequential(
                new Conv2d(3, 4, 3, ConvolutionOptions.DEFAULT.padding(1)),
                new BatchNorm2d(4),
                new Relu(),
                new MaxPool2d(2),
                new Flatten(),
                new Linear(16, 2));
        Scope scope = Scope.open("test")) {
      assertEquals(
          List.of("0.weight", "0.bias", "1.weight", "1.bias", "5.weight", "5.bias"),
          List.copyOf(network.namedParameters().keySet()));
      try (StateDict state = network.stateDict()) {
        assertTrue(
            state
                .tensors()
                .keySet()
                .containsAll(List.of("1.running_mean", "1.running_var", "1.num_batches_tracked")));
      }
      Tensor out = network.call(Tensor.randn(5, 3, 4, 4));
      assertEquals("[5, 2]", out.shape().toString());
      out.square().sum().backward();
      network
          .namedParameters()
          .forEach((name, parameter) -> assertTrue(parameter.grad() != null, name));
    }
  }

  @Test
  void initialWeightsLieWithinTheFanIn() {
    try (Conv2d layer = new Conv2d(4, 6, 3, ConvolutionOptions.DEFAULT.groups(2))) {
      assertEquals("float32[6, 2, 3, 3]", layer.weight().spec().toString());
      for (float each : layer.weight().toFloatArray()) {
        assertTrue(Math.abs(each) <= 1 / Math.sqrt(18));
      }
    }
  }

  @Test
  void batchNormCountsBatchesAndUsesRunningStatisticsInEvaluation() {
    try (BatchNorm2d norm = new BatchNorm2d(2);
        Scope scope = Scope.open("test")) {
      Tensor x = Tensor.randn(3, 2, 2, 2);
      norm.eval();
      assertArrayEquals(x.toFloatArray(), norm.call(x).toFloatArray(), 1e-4f);
      norm.train();
      norm.call(x);
      norm.call(x);
      try (StateDict state = norm.stateDict()) {
        assertEquals(2, state.get("num_batches_tracked").item());
      }
    }
  }
}
