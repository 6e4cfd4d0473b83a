package ai.cresset.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.cresset.model.ResNet;
import ai.cresset.model.ResNetConfig;
import ai.cresset.nn.Parameter;
import ai.cresset.nn.Placement;
import ai.cresset.nn.StateDict;
import ai.cresset.optim.Optimizer;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files of every kind that are written here are read by PyTorch: tensors of all types and layouts,
 * the states of all optimizers, and a ResNet-18, as {@code .pth} and as safetensors. Needs {@code
 * CRESSET_PYTHON}, a Python with torch; {@code tests/peers/pth_files.py check-all} does the
 * reading.
 */
@ExtendWith(LeakCheck.class)
@NullUnmarked
class PyTorchPeerTest {
  @TempDir Path folder;

  @Test
  void everyFileIsReadByPyTorch() throws Exception {
    String python = System.getenv("CRESSET_PYTHON");
    Assumptions.assumeTrue(
        python != null, "CRESSET_PYTHON names no Python with torch, so PyTorch reads nothing");
    tensors();
    optimizers();
    residualNetwork();
    Path script = Path.of("..", "tests", "peers", "pth_files.py");
    Process process =
        new ProcessBuilder(
                python,
                script.toString(),
                "check-all",
                folder.toString(),
                PyTorchFileTest.golden("optimizers.safetensors").toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor(), output);
    System.out.println("PyTorch read " + output.strip());
  }

  /** In each type the numbers 0, 1, 0, 1, ... of a [3, 4], and views of it. */
  private void tensors() {
    Map<String, Tensor> all = new LinkedHashMap<>();
    for (DType type : DType.values()) {
      Tensor whole = Tensor.arange(12).remainder(2).to(type).reshape(3, 4);
      all.put(type + ".whole", whole);
      all.put(type + ".transposed", whole.t());
      all.put(type + ".column", whole.select(1, 1));
      all.put(type + ".corner", whole.narrow(0, 1, 2).narrow(1, 1, 2));
      all.put(type + ".expanded", whole.narrow(0, 0, 1).expand(2, 4));
      all.put(type + ".scalar", whole.select(0, 0).select(0, 1));
      all.put(type + ".empty", whole.narrow(1, 0, 0));
    }
    PyTorchDict dict = new PyTorchDict();
    all.forEach(dict::put);
    PyTorchWriter.save(folder.resolve("tensors.pth"), dict);
    SafetensorsWriter.save(folder.resolve("tensors.safetensors"), all, Map.of("made", "here"));
  }

  /** What each optimizer knows after four steps, three of them PyTorch's. */
  private void optimizers() {
    try (SafetensorsFile tensors =
            SafetensorsFile.open(PyTorchFileTest.golden("optimizers.safetensors"));
        PyTorchFile file = PyTorchFile.read(PyTorchFileTest.golden("optimizers.pth"))) {
      for (String name : PyTorchOptimizersTest.NAMES) {
        List<Parameter> parameters = PyTorchOptimizersTest.parameters(tensors, name);
        try (Optimizer optimizer =
            PyTorchOptimizersTest.optimizer(name, PyTorchOptimizersTest.three(parameters))) {
          PyTorchOptimizers.load(optimizer, file.get(name));
          PyTorchOptimizersTest.step(tensors, name, 3, parameters, optimizer);
          PyTorchDict weights = new PyTorchDict();
          for (int i = 0; i < parameters.size(); i++) {
            weights.put("p" + i, parameters.get(i).detach());
          }
          PyTorchWriter.save(
              folder.resolve("optimizer-" + name + ".pth"),
              new PyTorchDict()
                  .put("weights", weights)
                  .put("optimizer", PyTorchOptimizers.state(optimizer)));
        } finally {
          parameters.forEach(Tensor::close);
        }
      }
    }
  }

  private void residualNetwork() {
    ResNetConfig config = ResNetConfig.resNet18(5).withWidth(4);
    try (ResNet model = new ResNet(config, Placement.DEFAULT.withDType(DType.FLOAT64));
        StateDict state = model.stateDict()) {
      Tensor images = Tensor.randn(2, 3, 40, 36).to(DType.FLOAT64);
      model.call(images); // moves the running statistics
      model.eval();
      PyTorchWriter.save(folder.resolve("resnet18.pth"), state);
      SafetensorsWriter.save(folder.resolve("resnet18.safetensors"), state.tensors(), Map.of());
      ModelFile.save(folder.resolve("resnet18-whole.safetensors"), model);
      SafetensorsWriter.save(
          folder.resolve("resnet18-expected.safetensors"),
          Map.of("images", images, "logits", model.call(images).detach()),
          Map.of());
    }
  }
}
