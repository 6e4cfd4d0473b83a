package ai.cresset.prune;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.checkpoint.PyTorchFile;
import ai.cresset.checkpoint.PyTorchWriter;
import ai.cresset.checkpoint.SafetensorsFile;
import ai.cresset.error.ConfigException;
import ai.cresset.nn.Parameter;
import ai.cresset.nn.StateDict;
import ai.cresset.nn.container.Sequential;
import ai.cresset.nn.convolution.Conv2d;
import ai.cresset.nn.layer.Linear;
import ai.cresset.optim.Sgd;
import ai.cresset.random.Generator;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.Refused;
import ai.cresset.tensor.Tensor;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Masks beside those of tests/peers/prune_cases.py, and what becomes of pruned modules. */
@ExtendWith(LeakCheck.class)
class PruneTest {
  private static final String WEIGHT = "weight";

  private static SafetensorsFile golden() {
    try {
      return SafetensorsFile.open(
          Path.of(
              Objects.requireNonNull(PruneTest.class.getResource("/golden/prune.safetensors"))
                  .toURI()));
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Conv2d convolution(Tensor weight) {
    Conv2d made = new Conv2d(3, 6, 2);
    made.weight().detach().copy_(weight);
    return made;
  }

  private static double[] mask(Conv2d module) {
    return Objects.requireNonNull(module.mask(WEIGHT)).toDoubleArray();
  }

  @Test
  void masksEqualPyTorchs() {
    double infinity = Double.POSITIVE_INFINITY;
    Map<String, Consumer<Conv2d>> cases =
        Map.of(
            "l1",
            m -> Prune.l1Unstructured(m, WEIGHT, PruneAmount.share(0.3)),
            "l1_count",
            m -> Prune.l1Unstructured(m, WEIGHT, PruneAmount.count(7)),
            "l1_twice",
            m -> {
              Prune.l1Unstructured(m, WEIGHT, PruneAmount.share(0.3));
              Prune.l1Unstructured(m, WEIGHT, PruneAmount.share(0.5));
            },
            "l2_dim0",
            m -> Prune.lnStructured(m, WEIGHT, PruneAmount.share(0.5), 2, 0),
            "l1_dim1",
            m -> Prune.lnStructured(m, WEIGHT, PruneAmount.count(1), 1, 1),
            "linf_then_l1",
            m -> {
              Prune.lnStructured(m, WEIGHT, PruneAmount.count(2), infinity, 0);
              Prune.l1Unstructured(m, WEIGHT, PruneAmount.share(0.25));
            });
    try (SafetensorsFile file = golden()) {
      cases.forEach(
          (name, prune) -> {
            try (Conv2d module = convolution(file.read(name + ".weight"))) {
              prune.accept(module);
              assertArrayEquals(file.read(name + ".mask").toDoubleArray(), mask(module), name);
              Prune.remove(module, WEIGHT);
              assertArrayEquals(
                  file.read(name + ".pruned").toDoubleArray(),
                  module.weight().toDoubleArray(),
                  name);
            }
          });
      try (Conv2d first = convolution(file.read("global.weight0"));
          Conv2d second = convolution(file.read("global.weight1"))) {
        Prune.l1Unstructured(first, WEIGHT, PruneAmount.share(0.2));
        Prune.globalL1Unstructured(
            List.of(new Prune.Target(first, WEIGHT), new Prune.Target(second, WEIGHT)),
            PruneAmount.share(0.4));
        assertArrayEquals(file.read("global.mask0").toDoubleArray(), mask(first));
        assertArrayEquals(file.read("global.mask1").toDoubleArray(), mask(second));
      }
    }
  }

  @Test
  void prunedElementsStayZeroInTrainingAndGetNoGradient() {
    try (Linear layer = new Linear(4, 3);
        Sgd optimizer = new Sgd(layer.namedParameters(), 0.1)) {
      Parameter weight = layer.weight();
      Prune.customFromMask(
          layer, WEIGHT, Tensor.of(new float[] {1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0}, 3, 4));
      assertEquals(List.of("bias", "weight_orig"), List.copyOf(layer.namedParameters().keySet()));
      Tensor input = Tensor.randn(5, 4);
      layer.call(input).square().sum().backward();
      double[] gradient = Objects.requireNonNull(weight.grad()).toDoubleArray();
      assertEquals(0, gradient[1]);
      assertTrue(gradient[0] != 0);
      optimizer.step();
      Prune.remove(layer, WEIGHT);
      assertEquals(0, weight.toDoubleArray()[1]);
      assertEquals(List.of("bias", WEIGHT), List.copyOf(layer.namedParameters().keySet()));
      assertFalse(Prune.isPruned(layer));
      assertEquals(
          "Linear: the parameter 'weight' has no mask to remove",
          Refused.message(ConfigException.class, () -> Prune.remove(layer, WEIGHT)));
    }
  }

  @Test
  void aPrunedModelSurvivesSaving(@TempDir Path folder) {
    Path path = folder.resolve("pruned.pth");
    Tensor input = Tensor.randn(2, 4);
    try (Sequential first = new Sequential(new Linear(4, 3));
        Sequential second = new Sequential(new Linear(4, 3))) {
      Prune.randomUnstructured(first.get(0), WEIGHT, PruneAmount.share(0.5), new Generator(5));
      Prune.randomStructured(first.get(0), WEIGHT, PruneAmount.count(1), 0, new Generator(5));
      assertTrue(Prune.isPruned(first));
      try (StateDict state = first.stateDict()) {
        PyTorchWriter.save(path, state);
      }
      Prune.l1Unstructured(second.get(0), WEIGHT, PruneAmount.share(0));
      try (PyTorchFile file = PyTorchFile.read(path);
          StateDict state = file.stateDict()) {
        assertEquals(
            List.of("0.bias", "0.weight_orig", "0.weight_mask"),
            List.copyOf(state.tensors().keySet()));
        second.loadStateDict(state);
      }
      assertArrayEquals(first.call(input).toDoubleArray(), second.call(input).toDoubleArray());
    }
  }

  @Test
  void whatCannotBePrunedIsRefused() {
    try (Linear layer = new Linear(4, 3)) {
      assertEquals(
          "Linear: there is no parameter 'weights' of its own to mask; there are [weight, bias]",
          Refused.message(
              ConfigException.class,
              () -> Prune.l1Unstructured(layer, "weights", PruneAmount.share(0.5))));
      assertEquals(
          "structured pruning needs a parameter of two or more dimensions, got 'bias' [3]",
          Refused.message(
              ConfigException.class,
              () -> Prune.lnStructured(layer, "bias", PruneAmount.share(0.5), 2, 0)));
      assertTrue(
          Refused.message(
                  ConfigException.class,
                  () -> Prune.l1Unstructured(layer, "bias", PruneAmount.count(4)))
              .contains("at most 3, which are left"));
    }
  }
}
