package ai.cresset.golden;

import ai.cresset.checkpoint.PyTorchFile;
import ai.cresset.checkpoint.PyTorchOptimizers;
import ai.cresset.checkpoint.PyTorchValue;
import ai.cresset.checkpoint.SafetensorsFile;
import ai.cresset.memory.Scope;
import ai.cresset.model.ResNet;
import ai.cresset.model.ResNetConfig;
import ai.cresset.nn.StateDict;
import ai.cresset.nn.functional.Losses;
import ai.cresset.optim.AdamW;
import ai.cresset.optim.OptimizerState;
import ai.cresset.tensor.Tensor;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs a folder of {@code .pth} files: every ResNet's state dict loads and gives the logits of
 * {@code expected.safetensors}; a training checkpoint loads with its AdamW, and one more step
 * works.
 */
final class GoldenPyTorchFiles implements GoldenCases {
  private final Path folder;
  private final List<JsonNode> cases = new ArrayList<>();

  GoldenPyTorchFiles(Path folder) throws IOException {
    this.folder = folder;
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        String name = String.valueOf(file.getFileName());
        if (name.endsWith(".pth") || name.endsWith(".pt")) {
          ObjectNode each = new ObjectMapper().createObjectNode();
          cases.add(each.put("name", "pth/" + name).put("file", name));
        }
      }
    }
  }

  @Override
  public List<JsonNode> cases() {
    return cases;
  }

  @Override
  public @Nullable String failure(JsonNode each) {
    String name = each.get("file").asText();
    try (Scope scope = Scope.open(name);
        PyTorchFile file = PyTorchFile.read(folder.resolve(name))) {
      return file.root().dict().has("model_state_dict") ? checkpoint(file) : logits(file.root());
    } catch (RuntimeException e) {
      return e.toString();
    }
  }

  private @Nullable String logits(PyTorchValue root) {
    try (StateDict state = root.stateDict();
        ResNet model = new ResNet(config(state));
        SafetensorsFile expected = SafetensorsFile.open(folder.resolve("expected.safetensors"))) {
      model.loadStateDict(state);
      model.eval();
      Tensor got = model.call(expected.read("input"));
      return GoldenRunner.compare("logits", expected.read("logits"), got, true);
    }
  }

  private static @Nullable String checkpoint(PyTorchFile file) {
    try (StateDict state = file.stateDict("model_state_dict");
        ResNet model = new ResNet(config(state));
        AdamW optimizer = new AdamW(model.namedParameters(), 1)) {
      model.loadStateDict(state);
      PyTorchValue saved = file.get("optimizer_state_dict");
      PyTorchOptimizers.load(optimizer, saved);
      try (OptimizerState loaded = optimizer.stateDict()) {
        List<String> names = List.copyOf(model.namedParameters().keySet());
        for (Map.Entry<PyTorchValue, PyTorchValue> each :
            saved.get("state").dict().entries().entrySet()) {
          String name = names.get((int) each.getKey().whole());
          for (String slot : List.of("exp_avg", "exp_avg_sq")) {
            Tensor wanted = each.getValue().get(slot).tensor().value();
            Tensor got = loaded.tensors().get(slot + "/" + name);
            String wrong =
                got == null ? "no " + slot : GoldenRunner.compare(slot, wanted, got.detach());
            if (wrong != null) {
              return name + ": " + wrong;
            }
          }
        }
      }
      Tensor loss =
          Losses.crossEntropy(model.call(Tensor.randn(2, 3, 64, 64)), Tensor.of(new long[] {0, 1}));
      loss.backward();
      optimizer.step();
      return Double.isFinite(loss.item()) ? null : "the loss is " + loss.item();
    }
  }

  /** The network that a state dict with torchvision's names belongs to. */
  static ResNetConfig config(StateDict state) {
    Set<String> blocks =
        state.tensors().keySet().stream()
            .filter(name -> name.startsWith("layer"))
            .map(name -> name.substring(5, name.indexOf('.', 7)))
            .collect(Collectors.toCollection(TreeSet::new));
    List<Integer> depths = new ArrayList<>();
    for (int stage = 1; stage <= 4; stage++) {
      String start = stage + ".";
      depths.add((int) blocks.stream().filter(block -> block.startsWith(start)).count());
    }
    return new ResNetConfig(
        state.contains("layer1.0.conv3.weight")
            ? ResNetConfig.Block.BOTTLENECK
            : ResNetConfig.Block.BASIC,
        depths,
        state.get("fc.weight").size(0),
        state.get("conv1.weight").size(0),
        false);
  }

  @Override
  public void close() {}
}
