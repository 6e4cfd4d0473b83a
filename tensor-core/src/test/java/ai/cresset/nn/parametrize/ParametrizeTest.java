package ai.cresset.nn.parametrize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.cresset.error.ConfigException;
import ai.cresset.nn.convolution.Conv2d;
import ai.cresset.nn.layer.Linear;
import ai.cresset.nn.recurrent.Lstm;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.Tensor;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Computed parameters of any layer. */
@ExtendWith(LeakCheck.class)
class ParametrizeTest {
  @Test
  void weightNormLeavesAConvolutionAsItWas() {
    try (Conv2d layer = new Conv2d(3, 4, 3)) {
      Tensor x = Tensor.randn(2, 3, 5, 5);
      float[] before = layer.call(x).toFloatArray();
      WeightNorm.of(layer);
      assertArrayEquals(before, layer.call(x).toFloatArray(), 1e-5f);
      assertEquals(
          List.of("bias", "parametrizations.weight.original0", "parametrizations.weight.original1"),
          List.copyOf(layer.namedParameters().keySet()));
    }
  }

  @Test
  void spectralNormBringsTheLargestSingularValueToOne() {
    try (Lstm layer = new Lstm(3, 4)) {
      SpectralNorm.of(layer, "weight_hh_l0", 20, 0);
      layer.call(Tensor.randn(2, 2, 3));
      assertEquals(
          "[16]",
          Objects.requireNonNull(layer.namedBuffers().get("parametrizations.weight_hh_l0.0._u"))
              .shape()
              .toString());
    }
  }

  @Test
  void anUnknownNameIsRefusedWithTheNamesThereAre() {
    try (Linear layer = new Linear(3, 2)) {
      ConfigException thrown =
          assertThrows(ConfigException.class, () -> WeightNorm.of(layer, "wait", 0));
      assertEquals(
          "Linear: there is no parameter 'wait'; there are [weight, bias]", thrown.getMessage());
    }
  }
}
