package ai.cresset.golden;

import ai.cresset.checkpoint.SafetensorsEntry;
import ai.cresset.memory.Scope;
import ai.cresset.nn.Module;
import ai.cresset.nn.Placement;
import ai.cresset.nn.StateDict;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.Autograd;
import ai.cresset.type.Device;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs the cases of {@code modules.json} of a folder: outputs, gradients of inputs and parameters,
 * the state afterwards.
 */
final class GoldenModules implements GoldenCases {
  private final JsonNode cases;
  private final GoldenTensors file;

  GoldenModules(Path folder) throws IOException {
    this(folder, Device.CPU);
  }

  GoldenModules(Path folder, Device device) throws IOException {
    String json = Files.readString(folder.resolve("modules.json"));
    cases = new ObjectMapper().readTree(json).get("cases");
    file = GoldenTensors.open(folder.resolve("modules.safetensors"), device);
  }

  @Override
  public List<JsonNode> cases() {
    List<JsonNode> all = new ArrayList<>();
    cases.forEach(all::add);
    return all;
  }

  @Override
  public @Nullable String failure(JsonNode each) {
    Function<GoldenConfig, GoldenModule> make =
        GoldenModuleTypes.ALL.get(each.get("module").asText());
    if (make == null) {
      return "unknown module " + each.get("module").asText();
    }
    String name = each.get("name").asText();
    try (Scope scope = Scope.open(name)) {
      GoldenConfig config = new GoldenConfig(each.get("config"), placement(name));
      GoldenModule built = make.apply(config);
      try (Module module = built.module()) {
        return config.unread().isEmpty()
            ? check(each, built, module)
            : "does not know " + config.unread();
      }
    } catch (RuntimeException e) {
      return e.toString();
    }
  }

  /** In the type of the case's floating tensors. */
  private Placement placement(String name) {
    for (SafetensorsEntry entry : file.file().entries()) {
      if (entry.name().startsWith(name + "/") && entry.dtype().isFloating()) {
        return Placement.DEFAULT.withDType(entry.dtype()).withDevice(file.device());
      }
    }
    return Placement.DEFAULT.withDevice(file.device());
  }

  /** Tensors of a case by what follows the prefix in their keys. */
  private Map<String, Tensor> tensors(String prefix) {
    Map<String, Tensor> found = new TreeMap<>();
    for (SafetensorsEntry entry : file.file().entries()) {
      if (entry.name().startsWith(prefix)) {
        found.put(entry.name().substring(prefix.length()), file.expected(entry.name()));
      }
    }
    return found;
  }

  private @Nullable String check(JsonNode each, GoldenModule built, Module module) {
    String name = each.get("name").asText();
    Map<String, Tensor> given = tensors(name + "/state.");
    Map<String, String> names = Map.of();
    if (each.get("module").asText().equals("CifarCnn")) {
      try (StateDict own = module.stateDict()) {
        names = GoldenNames.of(given, own.tensors());
      }
    }
    try (StateDict state = new StateDict()) {
      for (Map.Entry<String, Tensor> tensor : given.entrySet()) {
        state.put(ours(names, tensor.getKey()), tensor.getValue());
      }
      module.loadStateDict(state);
    }
    module.train(each.get("train").asBoolean());
    List<Tensor> inputs = new ArrayList<>();
    for (int i = 0; i < each.get("inputs").asInt(); i++) {
      Tensor input = file.input(name + "/in" + i);
      inputs.add(file.file().contains(name + "/gin" + i) ? input.requiresGrad(true) : input);
    }
    List<Tensor> outputs = built.call().apply(inputs);
    if (outputs.size() != each.get("outputs").asInt()) {
      return outputs.size() + " outputs instead of " + each.get("outputs");
    }
    for (int i = 0; i < outputs.size(); i++) {
      String wrong = compare("output " + i, file.expected(name + "/out" + i), outputs.get(i));
      if (wrong != null) {
        return wrong;
      }
    }
    String wrong = gradients(each, module, names, inputs, outputs);
    return wrong == null ? after(name, module, names) : wrong;
  }

  private @Nullable String gradients(
      JsonNode each,
      Module module,
      Map<String, String> names,
      List<Tensor> inputs,
      List<Tensor> outputs) {
    String name = each.get("name").asText();
    List<Tensor> roots = new ArrayList<>();
    List<Tensor> cotangents = new ArrayList<>();
    for (JsonNode number : each.path("cotangents_for_outputs")) {
      roots.add(outputs.get(number.asInt()));
      cotangents.add(file.input(name + "/cot" + number.asInt()));
    }
    if (roots.isEmpty()) {
      return null;
    }
    Autograd.backward(roots, cotangents, false, false);
    for (int i = 0; i < inputs.size(); i++) {
      if (file.file().contains(name + "/gin" + i)) {
        String wrong = gradient("gradient of input " + i, name + "/gin" + i, inputs.get(i));
        if (wrong != null) {
          return wrong;
        }
      }
    }
    Map<String, Tensor> parameters = new TreeMap<>(module.namedParameters());
    for (Map.Entry<String, Tensor> expected : tensors(name + "/gparam.").entrySet()) {
      Tensor parameter = parameters.get(ours(names, expected.getKey()));
      if (parameter == null) {
        return "no parameter " + expected.getKey();
      }
      String wrong =
          gradient(
              "gradient of " + expected.getKey(), name + "/gparam." + expected.getKey(), parameter);
      if (wrong != null) {
        return wrong;
      }
    }
    return null;
  }

  /** A missing gradient is 0. */
  private @Nullable String gradient(String what, String key, Tensor leaf) {
    Tensor expected = file.expected(key);
    Tensor got = leaf.grad();
    return compare(what, expected, got == null ? Tensor.zeros(expected.spec()) : got);
  }

  /** What a module computes, and all gradients, are sums over many elements. */
  private static @Nullable String compare(String what, Tensor expected, Tensor got) {
    return GoldenRunner.compare(what, expected, got, true);
  }

  private @Nullable String after(String name, Module module, Map<String, String> names) {
    try (StateDict state = module.stateDict()) {
      for (Map.Entry<String, Tensor> expected : tensors(name + "/after.").entrySet()) {
        String wrong =
            compare(
                expected.getKey() + " afterwards",
                expected.getValue(),
                state.get(ours(names, expected.getKey())));
        if (wrong != null) {
          return wrong;
        }
      }
      return null;
    }
  }

  private static String ours(Map<String, String> names, String name) {
    return names.getOrDefault(name, name);
  }

  @Override
  public void close() {
    file.close();
  }
}
