package ai.cresset.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.CheckpointException;
import ai.cresset.error.ConfigException;
import ai.cresset.error.LifetimeException;
import ai.cresset.golden.NativeMemoryCheck;
import ai.cresset.memory.Scope;
import ai.cresset.nn.activation.Relu;
import ai.cresset.nn.container.Sequential;
import ai.cresset.nn.layer.Linear;
import ai.cresset.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NativeMemoryCheck.class)
class ModuleTest {
  /** Two tied layers and buffers of both kinds. */
  private static final class Tied extends Module {
    final Linear first = child("first", new Linear(3, 3, false));
    final Parameter scale = parameter("scale", Tensor.ones(1));

    Tied() {
      child("second", new Linear(first.weight()));
      buffer("mean", Tensor.zeros(3), true);
      buffer("mask", Tensor.ones(2), false);
    }

    /** The input, twice, and the intermediate that stays inside. */
    TensorTree pair(Tensor input) {
      return scopedTree(() -> TensorTree.of(first.call(input), input.mul(2)));
    }

    void again(String name) {
      parameter(name, scale);
    }
  }

  @Test
  void namesFollowRegistrationAndATiedParameterAppearsOnce() {
    try (Tied module = new Tied()) {
      assertEquals(
          List.of("scale", "first.weight"), List.copyOf(module.namedParameters().keySet()));
      assertEquals(List.of("mean", "mask"), List.copyOf(module.namedBuffers().keySet()));
      assertEquals(List.of("", "first", "second"), List.copyOf(module.namedModules().keySet()));
      assertEquals(10, module.numParameters());
    }
  }

  @Test
  void stateHasEachNameOfATiedParameterAndNoTransientBuffer() {
    try (Tied module = new Tied();
        StateDict state = module.stateDict()) {
      assertEquals(
          List.of("scale", "mean", "first.weight", "second.weight"),
          List.copyOf(state.tensors().keySet()));
      assertEquals(4 * (1 + 3 + 9 + 9), state.bytes());
      try (StateDict part = state.under("first")) {
        assertEquals(List.of("weight"), List.copyOf(part.tensors().keySet()));
      }
    }
  }

  @Test
  void stateSharesMemoryAndItsCopyDoesNot() {
    try (Tied module = new Tied();
        StateDict state = module.stateDict();
        StateDict copy = state.copy();
        Tensor plain = module.scale.detach()) {
      plain.fill_(7);
      assertEquals(7, state.get("scale").item());
      assertEquals(1, copy.get("scale").item());
      module.loadStateDict(copy);
      assertEquals(1, module.scale.item());
    }
  }

  @Test
  void aStateThatDoesNotFitIsRefusedAsAWholeWithAllNames() {
    try (Tied module = new Tied();
        StateDict state = new StateDict()) {
      state.put("scale", Tensor.zeros(1)).put("first.weight", Tensor.zeros(3, 4));
      state.put("first.bias", Tensor.zeros(3));
      CheckpointException refusal =
          assertThrows(CheckpointException.class, () -> module.loadStateDict(state));
      assertEquals(
          """
          the state does not fit Tied
            missing (the model has them, the state does not): mean, second.weight
            unexpected (the state has them, the model does not): first.bias
            mis-shaped: first.weight (expected float32[3, 3], got float32[3, 4])
            nothing was loaded; build the model with the configuration of the state""",
          refusal.getMessage());
      assertEquals(1, module.scale.item());
      assertThrows(CheckpointException.class, () -> module.loadMatching(state));
    }
  }

  @Test
  void matchingNamesAreLoadedAndTheOthersReported() {
    try (Tied module = new Tied();
        StateDict state = new StateDict()) {
      state.put("scale", Tensor.zeros(1)).put("other", Tensor.zeros(1));
      StateReport report = module.loadMatching(state);
      assertEquals(List.of("mean", "first.weight", "second.weight"), report.missing());
      assertEquals(List.of("other"), report.unexpected());
      assertEquals(0, module.scale.item());
    }
  }

  @Test
  void whatAForwardPassMakesOnTheWayIsReleasedAndResultsAreHandedOut() {
    try (Tied module = new Tied();
        Scope outer = Scope.open("outer")) {
      TensorTree pair = module.pair(Tensor.ones(2, 3));
      assertEquals(2, pair.tensors().size());
      pair.tensors().forEach(tensor -> assertSame(outer, tensor.owner()));
      assertEquals(2, pair.tensors().get(1).toFloatArray()[5]);
    }
  }

  @Test
  void outsideOfAnyScopeTheResultBelongsToTheCaller() {
    try (Sequential layers = new Sequential(new Linear(3, 4), new Relu(), new Linear(4, 2));
        Tensor input = Tensor.ones(5, 3);
        Tensor output = layers.call(input)) {
      assertEquals("[5, 2]", output.shape().toString());
      assertNull(output.owner());
      try (Scope scope = Scope.open("loss")) {
        output.sum().backward();
      }
      layers.parameters().forEach(parameter -> assertNotNull(parameter.grad()));
      layers.zeroGrad();
      layers.parameters().forEach(parameter -> assertNull(parameter.grad()));
    }
  }

  @Test
  void modesAndFreezingReachEveryModule() {
    try (Sequential layers = new Sequential(new Linear(1, 1), new Relu())) {
      assertTrue(layers.isTraining());
      layers.eval();
      layers.namedModules().values().forEach(module -> assertFalse(module.isTraining()));
      layers.freeze();
      layers.parameters().forEach(parameter -> assertFalse(parameter.requiresGrad()));
      layers.unfreeze();
      layers.parameters().forEach(parameter -> assertTrue(parameter.requiresGrad()));
    }
  }

  @Test
  void closingFreesParametersAndSaysSoWhenTheyAreUsed() {
    Linear layer = new Linear(2, 2);
    layer.close();
    layer.close();
    LifetimeException refusal =
        assertThrows(LifetimeException.class, () -> layer.weight().toFloatArray());
    assertEquals(
        "tensor float32[2, 2] was released by close(); keep it with Scope.keep, or use it before the"
            + " scope ends",
        refusal.getMessage());
  }

  @Test
  void namesThatAreTakenOrDottedAreRefused() {
    try (Tied module = new Tied()) {
      assertEquals(
          "Tied: the name 'first' is taken; give this parameter another",
          assertThrows(ConfigException.class, () -> module.again("first")).getMessage());
      assertEquals(
          "Tied: a parameter needs a name without dots, got 'a.b'",
          assertThrows(ConfigException.class, () -> module.again("a.b")).getMessage());
    }
  }

  @Test
  void printsTheTreeWithCounts() {
    try (Sequential layers = new Sequential(new Linear(784, 512), new Relu())) {
      assertEquals(
          """
          Sequential(
            (0): Linear(784 -> 512)  # 401,920
            (1): Relu()
          )
          401,920 parameters, 401,920 trainable""",
          layers.toString());
      layers.get(0).requiresGrad(false);
      assertEquals(0, layers.numTrainableParameters());
      assertTrue(layers.toString().endsWith("401,920 parameters, 0 trainable"));
    }
  }
}
