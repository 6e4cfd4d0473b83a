package ai.cresset.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.cresset.error.CheckpointException;
import ai.cresset.nn.Parameter;
import ai.cresset.optim.Adadelta;
import ai.cresset.optim.Adagrad;
import ai.cresset.optim.Adam;
import ai.cresset.optim.AdamW;
import ai.cresset.optim.Adamax;
import ai.cresset.optim.Asgd;
import ai.cresset.optim.Lbfgs;
import ai.cresset.optim.NAdam;
import ai.cresset.optim.Optimizer;
import ai.cresset.optim.ParameterGroup;
import ai.cresset.optim.RAdam;
import ai.cresset.optim.RmsProp;
import ai.cresset.optim.Rprop;
import ai.cresset.optim.Sgd;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.Refused;
import ai.cresset.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Every optimizer goes on from PyTorch's state as PyTorch does, and from its own written again. */
@ExtendWith(LeakCheck.class)
@NullUnmarked
class PyTorchOptimizersTest {
  /** Those whose states can be exchanged. */
  static final List<String> NAMES =
      List.of(
          "SGD",
          "Adam",
          "AdamW",
          "Adamax",
          "NAdam",
          "RAdam",
          "RMSprop",
          "Rprop",
          "ASGD",
          "Adadelta",
          "Adagrad");

  static Optimizer optimizer(String name, List<ParameterGroup> groups) {
    return switch (name) {
      case "SGD" -> new Sgd(groups, Sgd.Config.of(9).withMomentum(0.9));
      case "Adam" -> new Adam(groups, Adam.Config.of(9).withAmsgrad(true));
      case "AdamW" -> new AdamW(groups, AdamW.config(9));
      case "Adamax" -> new Adamax(groups, Adamax.Config.of(9));
      case "NAdam" -> new NAdam(groups, NAdam.Config.of(9));
      case "RAdam" -> new RAdam(groups, RAdam.Config.of(9));
      case "RMSprop" ->
          new RmsProp(groups, RmsProp.Config.of(9).withMomentum(0.5).withCentered(true));
      case "Rprop" -> new Rprop(groups, Rprop.Config.of(9));
      case "ASGD" -> new Asgd(groups, Asgd.Config.of(9));
      case "Adadelta" -> new Adadelta(groups, Adadelta.Config.of(9));
      case "Adagrad" -> new Adagrad(groups, Adagrad.Config.of(9));
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static List<ParameterGroup> groups(List<Parameter> parameters) {
    return List.of(
        new ParameterGroup("first", Map.of("a", parameters.get(0))),
        new ParameterGroup("second", Map.of("c", parameters.get(2))));
  }

  /** Two parameters in the first group, in order, and one in the second. */
  static List<ParameterGroup> three(List<Parameter> parameters) {
    Map<String, Parameter> first = new LinkedHashMap<>();
    first.put("a", parameters.get(0));
    first.put("b", parameters.get(1));
    return List.of(
        new ParameterGroup("first", first),
        new ParameterGroup("second", Map.of("c", parameters.get(2))));
  }

  static List<Parameter> parameters(SafetensorsFile tensors, String name) {
    List<Parameter> parameters = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      parameters.add(new Parameter(tensors.read(name + ".before" + i)));
    }
    return parameters;
  }

  static void step(
      SafetensorsFile tensors, String name, int step, List<Parameter> all, Optimizer optimizer) {
    for (int i = 0; i < 3; i++) {
      all.get(i).grad(tensors.read(name + ".grad" + i + "." + step));
    }
    optimizer.step();
  }

  @ParameterizedTest
  @FieldSource("NAMES")
  void goesOnFromPyTorchsState(String name, @TempDir Path folder) {
    try (SafetensorsFile tensors =
            SafetensorsFile.open(PyTorchFileTest.golden("optimizers.safetensors"));
        PyTorchFile file = PyTorchFile.read(PyTorchFileTest.golden("optimizers.pth"))) {
      List<Parameter> parameters = parameters(tensors, name);
      try (Optimizer optimizer = optimizer(name, three(parameters))) {
        PyTorchOptimizers.load(optimizer, file.get(name));
        double rate = file.get(name, "param_groups").items().get(1).get("lr").number();
        assertEquals(rate, optimizer.groups().get(1).learningRate());
        step(tensors, name, 3, parameters, optimizer);
        // Once more by way of a file of our own.
        Path path = folder.resolve("state.pth");
        PyTorchWriter.save(path, PyTorchOptimizers.state(optimizer));
        try (PyTorchFile written = PyTorchFile.read(path);
            Optimizer second = optimizer(name, three(parameters))) {
          PyTorchOptimizers.load(second, written.root());
          step(tensors, name, 4, parameters, second);
        }
        for (int i = 0; i < 3; i++) {
          assertArrayEquals(
              tensors.read(name + ".after" + i).toFloatArray(),
              parameters.get(i).toFloatArray(),
              2e-5f,
              name + " " + i);
        }
      } finally {
        parameters.forEach(Tensor::close);
      }
    }
  }

  @Test
  void aStateThatDoesNotFitIsRefusedWithTheReason() {
    try (SafetensorsFile tensors =
            SafetensorsFile.open(PyTorchFileTest.golden("optimizers.safetensors"));
        PyTorchFile file = PyTorchFile.read(PyTorchFileTest.golden("optimizers.pth"))) {
      List<Parameter> parameters = parameters(tensors, "Adam");
      try {
        assertEquals(
            "the file's optimizer state has amsgrad=True, this Adam has amsgrad=False; build the"
                + " optimizer as it was built in Python",
            refusal(new Adam(three(parameters), Adam.Config.of(1)), file.get("Adam")));
        assertEquals(
            "the file's optimizer state has the option 'betas', this Sgd has no such option; build"
                + " the optimizer as it was built in Python",
            refusal(new Sgd(three(parameters), Sgd.Config.of(1)), file.get("Adam")));
        assertEquals(
            "the file's optimizer state has 2 parameters in a group, this Adamax has 1 in 'first';"
                + " build the optimizer as it was built in Python",
            refusal(new Adamax(groups(parameters), Adamax.Config.of(1)), file.get("Adamax")));
        assertEquals(
            "the file's optimizer state has 2 parameter groups, this Adamax has 1; build the"
                + " optimizer as it was built in Python",
            refusal(new Adamax(Map.of("a", parameters.get(0)), 1), file.get("Adamax")));
        assertEquals(
            "PyTorch keeps the history of LBFGS in another form, which cannot be exchanged; start it"
                + " anew from the model's weights",
            refusal(new Lbfgs(Map.of("a", parameters.get(0)), 1), file.get("Adamax")));
      } finally {
        parameters.forEach(Tensor::close);
      }
    }
  }

  private static String refusal(Optimizer optimizer, PyTorchValue state) {
    try (optimizer) {
      return Refused.message(
          CheckpointException.class, () -> PyTorchOptimizers.load(optimizer, state));
    }
  }
}
