package ai.cresset.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import ai.cresset.checkpoint.PyTorchFile;
import ai.cresset.checkpoint.SafetensorsFile;
import ai.cresset.nn.Placement;
import ai.cresset.nn.StateDict;
import ai.cresset.nn.functional.Losses;
import ai.cresset.nn.layer.Linear;
import ai.cresset.optim.ParameterGroup;
import ai.cresset.optim.Sgd;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Residual networks beside PyTorch's, and transfer learning with them. */
@ExtendWith(LeakCheck.class)
class ResNetTest {
  private static Path golden(String name) throws URISyntaxException {
    return Path.of(
        Objects.requireNonNull(ResNetTest.class.getResource("/golden/pth/" + name)).toURI());
  }

  private static ResNetConfig config(String name) {
    return name.equals("resnet18")
        ? ResNetConfig.resNet18(5).withWidth(4)
        : ResNetConfig.resNet50(5).withWidth(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"resnet18", "resnet50"})
  void scoresAndATrainingStepEqualPyTorch(String name) throws URISyntaxException {
    Placement placement = Placement.DEFAULT.withDType(DType.FLOAT64);
    try (ResNet model = new ResNet(config(name), placement);
        PyTorchFile file = PyTorchFile.read(golden(name + ".pth"));
        StateDict state = file.stateDict();
        SafetensorsFile expected = SafetensorsFile.open(golden(name + ".safetensors"));
        Sgd optimizer = new Sgd(model.namedParameters(), Sgd.Config.of(0.05).withMomentum(0.9))) {
      model.loadStateDict(state);
      Tensor images = expected.read("images");
      model.eval();
      close("eval", expected.read("eval"), model.call(images));
      model.train();
      Tensor loss = Losses.crossEntropy(model.call(images), expected.read("targets"));
      close("loss", expected.read("loss"), loss);
      loss.backward();
      optimizer.step();
      try (StateDict after = model.stateDict()) {
        expected.entries().stream()
            .map(entry -> entry.name())
            .filter(key -> key.startsWith("after."))
            .forEach(key -> close(key, expected.read(key), after.get(key.substring(6))));
      }
    }
  }

  private static void close(String what, Tensor expected, Tensor got) {
    double[] wanted = expected.toDoubleArray();
    double[] found = got.toDoubleArray();
    assertEquals(wanted.length, found.length, what);
    for (int i = 0; i < wanted.length; i++) {
      assertEquals(wanted[i], found[i], 1e-10 * Math.max(1, Math.abs(wanted[i])), what + " " + i);
    }
  }

  @Test
  void sizesAreTorchvisions() {
    Map<ResNetConfig, Long> sizes =
        Map.of(
            ResNetConfig.resNet18(1000), 11_689_512L,
            ResNetConfig.resNet34(1000), 21_797_672L,
            ResNetConfig.resNet50(1000), 25_557_032L);
    sizes.forEach(
        (config, size) -> {
          try (ResNet model = new ResNet(config)) {
            assertEquals(size, model.numParameters());
          }
        });
  }

  @Test
  void blocksBeginAsIdentitiesWhereWanted() {
    try (ResNet plain = new ResNet(config("resnet50"));
        ResNet zero = new ResNet(config("resnet50").withZeroInitResidual(true))) {
      assertEquals(8, plain.namedParameters().get("layer1.0.bn3.weight").sum().item());
      assertEquals(0, zero.namedParameters().get("layer1.0.bn3.weight").sum().item());
      assertEquals(2, zero.namedParameters().get("layer1.0.bn2.weight").sum().item());
    }
  }

  /** Load, freeze, replace the head, train it; then all with two learning rates. */
  @Test
  void transferLearningAsInPyTorch() throws URISyntaxException {
    try (ResNet model = new ResNet(config("resnet18"));
        PyTorchFile file = PyTorchFile.read(golden("resnet18.pth"));
        StateDict state = file.stateDict()) {
      model.loadStateDict(state);
      model.freeze();
      model.head(new Linear(model.config().numFeatures(), 3));
      assertEquals(3 * 32 + 3, model.numTrainableParameters());
      Tensor images = Tensor.randn(4, 3, 32, 32);
      Tensor targets = Tensor.of(new long[] {0, 1, 2, 1}, 4);
      double[] stem = model.namedParameters().get("conv1.weight").toDoubleArray();
      double[] head = model.namedParameters().get("fc.weight").toDoubleArray();
      try (Sgd optimizer = new Sgd(model.namedParameters(), 0.1)) {
        Losses.crossEntropy(model.call(images), targets).backward();
        optimizer.step();
      }
      assertNull(model.namedParameters().get("conv1.weight").grad());
      assertNotNull(model.namedParameters().get("fc.weight").grad());
      assertArrayEquals(stem, model.namedParameters().get("conv1.weight").toDoubleArray());
      assertNotEquals(head[0], model.namedParameters().get("fc.weight").toDoubleArray()[0]);
      model.unfreeze();
      Map<String, ? extends Tensor> all = model.namedParameters();
      List<ParameterGroup> groups =
          List.of(
              ParameterGroup.matching("body", all, name -> !name.startsWith("fc."))
                  .with("lr", 0.01),
              ParameterGroup.matching("head", all, name -> name.startsWith("fc.")));
      try (Sgd optimizer = new Sgd(groups, Sgd.Config.of(0.1))) {
        optimizer.zeroGrad();
        Losses.crossEntropy(model.call(images), targets).backward();
        Tensor weight = model.namedParameters().get("conv1.weight");
        double step = 0.01 * Objects.requireNonNull(weight.grad()).toDoubleArray()[0];
        optimizer.step();
        assertEquals(stem[0] - step, weight.toDoubleArray()[0], 1e-6);
      }
    }
  }

  @Test
  void anEnsembleGivesTheMeanOfProbabilities() {
    try (Ensemble ensemble = new Ensemble(List.of(new Mlp(3, 2), new Mlp(3, 4, 2)))) {
      Tensor input = Tensor.randn(5, 3);
      Tensor scores = ensemble.scores(input);
      assertEquals("[2, 5, 2]", scores.shape().toString());
      Tensor first = scores.select(0, 0).softmax(-1);
      Tensor second = scores.select(0, 1).softmax(-1);
      assertArrayEquals(
          first.add(second).div(2).toDoubleArray(), ensemble.call(input).toDoubleArray(), 1e-6);
      assertEquals(2, ensemble.size());
    }
  }
}
