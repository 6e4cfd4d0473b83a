package ai.cresset.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.CheckpointException;
import ai.cresset.error.ConfigException;
import ai.cresset.memory.Scope;
import ai.cresset.nn.activation.Relu;
import ai.cresset.nn.container.Sequential;
import ai.cresset.nn.convolution.LazyConv2d;
import ai.cresset.nn.layer.LazyLinear;
import ai.cresset.nn.layer.Linear;
import ai.cresset.nn.norm.LazyBatchNorm2d;
import ai.cresset.nn.norm.LazyInstanceNorm1d;
import ai.cresset.nn.norm.RunningNormOptions;
import ai.cresset.optim.ParameterGroup;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Layers that are made at the first call. */
@ExtendWith(LeakCheck.class)
class LazyLayerTest {
  @Test
  void theFirstCallMakesParametersUnderThePlainLayersNames() {
    try (Sequential model = new Sequential(new LazyConv2d(4, 3), new LazyBatchNorm2d());
        Scope scope = Scope.open("test")) {
      model.call(Tensor.randn(2, 5, 6, 6));
      assertEquals(
          List.of("0.weight", "0.bias", "1.weight", "1.bias"),
          List.copyOf(model.namedParameters().keySet()));
      try (StateDict state = model.stateDict()) {
        assertEquals("float32[4, 5, 3, 3]", state.get("0.weight").spec().toString());
        assertTrue(state.contains("1.num_batches_tracked"));
      }
    }
  }

  @Test
  void parametersThatDoNotExistYetAreNamedInErrors() {
    try (Sequential model = new Sequential(new Relu(), new LazyLinear(2))) {
      String expected =
          "LazyLinear '1': its parameters do not exist yet; call the model on a batch, or load a"
              + " state that has them, before they are counted, saved or given to an optimizer";
      assertEquals(
          expected,
          assertThrows(ConfigException.class, () -> ParameterGroup.single(model.namedParameters()))
              .getMessage());
      assertEquals(
          expected, assertThrows(ConfigException.class, model::numParameters).getMessage());
      assertEquals(expected, assertThrows(ConfigException.class, model::stateDict).getMessage());
      assertTrue(
          model.toString().contains("LazyLinear(? -> 2)  # uninitialized"), model.toString());
    }
  }

  @Test
  void aStateIsLoadedBeforeTheFirstCall() {
    try (Linear plain = new Linear(3, 2);
        LazyLinear lazy = new LazyLinear(2);
        StateDict state = plain.stateDict();
        Scope scope = Scope.open("test")) {
      assertNull(lazy.made());
      lazy.loadStateDict(state);
      assertNotNull(lazy.made());
      Tensor input = Tensor.randn(4, 3);
      assertEquals(1, lazy.call(input).eq(plain.call(input)).all().item());
    }
  }

  @Test
  void aStateOfOtherSizesIsRefused() {
    try (Linear plain = new Linear(3, 5);
        LazyLinear lazy = new LazyLinear(2);
        StateDict state = plain.stateDict()) {
      String refusal =
          String.valueOf(
              assertThrows(CheckpointException.class, () -> lazy.loadStateDict(state))
                  .getMessage());
      assertTrue(refusal.contains("weight (expected float32[2, 3], got float32[5, 3])"), refusal);
    }
    try (LazyLinear lazy = new LazyLinear(2);
        StateDict empty = new StateDict()) {
      assertThrows(ConfigException.class, () -> lazy.loadStateDict(empty));
    }
  }

  @Test
  void theModeBeforeTheFirstCallIsThatOfTheLayerMade() {
    try (Sequential model = new Sequential(new LazyBatchNorm2d());
        Scope scope = Scope.open("test")) {
      model.eval();
      model.call(Tensor.randn(2, 3, 4, 4));
      Tensor counter = model.namedBuffers().get("0.num_batches_tracked");
      assertNotNull(counter);
      assertEquals(0, counter.item());
      model.train();
      model.call(Tensor.randn(2, 3, 4, 4));
      assertEquals(1, counter.item());
      assertFalse(model.namedModules().get("0") instanceof LazyBatchNorm2d);
    }
  }

  @Test
  void aNormWithoutBatchTakesItsFeaturesFromTheFirstDimension() {
    try (LazyInstanceNorm1d norm =
            new LazyInstanceNorm1d(
                RunningNormOptions.INSTANCE.withAffine(true), Placement.DEFAULT);
        Scope scope = Scope.open("test")) {
      norm.call(Tensor.randn(3, 5));
      assertEquals(6, norm.numParameters());
    }
  }
}
