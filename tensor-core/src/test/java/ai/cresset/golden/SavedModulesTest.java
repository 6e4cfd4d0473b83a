package ai.cresset.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.checkpoint.ModelFile;
import ai.cresset.checkpoint.ModuleRegistry;
import ai.cresset.memory.Scope;
import ai.cresset.nn.LazyLayer;
import ai.cresset.nn.Module;
import ai.cresset.nn.Parametrization;
import ai.cresset.nn.Placement;
import ai.cresset.nn.TensorTree;
import ai.cresset.random.Generator;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Device;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every module of {@code nn}, in every setting of the golden cases, is saved as a whole and made
 * again: the same tree, the same tensors and the same results, bit by bit.
 */
@ExtendWith(LeakCheck.class)
@NullUnmarked
class SavedModulesTest {
  /** Modules that a file cannot hold, and why; a lazy one is saved as what it became. */
  private static final Map<String, String> NOT_SAVED =
      Map.of("TripletMarginWithDistanceLoss", "it holds a function");

  @TempDir Path folder;

  private final Set<Class<?>> saved = new HashSet<>();
  private int called;

  @Test
  void everyModuleIsRegistered() throws IOException, URISyntaxException {
    Set<String> missing = new TreeSet<>();
    for (List<Class<?>> family : FeatureTable.modules().values()) {
      for (Class<?> type : family) {
        boolean computes = Parametrization.class.isAssignableFrom(type);
        boolean becomes = LazyLayer.class.isAssignableFrom(type);
        if (!computes && !becomes && !ModuleRegistry.standard().types().contains(type)) {
          missing.add(type.getSimpleName());
        }
      }
    }
    assertEquals(new TreeSet<>(NOT_SAVED.keySet()), missing);
  }

  @Test
  void everySettingComesBack() throws IOException, URISyntaxException {
    for (String json :
        List.of(
            "/golden/modules.json",
            "/golden/modules/modules.json",
            "/golden/modules-more/modules.json")) {
      Path at = Path.of(Objects.requireNonNull(GoldenModules.class.getResource(json)).toURI());
      try (GoldenTensors tensors =
          GoldenTensors.open(at.resolveSibling("modules.safetensors"), Device.CPU)) {
        for (JsonNode each : new ObjectMapper().readTree(Files.readString(at)).get("cases")) {
          check(each, tensors);
        }
      }
    }
    Set<String> left = new TreeSet<>();
    for (Class<?> type : ModuleRegistry.standard().types()) {
      if (type.getName().startsWith("ai.cresset.nn") && !saved.contains(type)) {
        left.add(type.getSimpleName());
      }
    }
    // The first is saved with Gpt, the second by ForecasterParityTest.
    assertEquals(Set.of("CausalSelfAttention", "QuantileLoss"), left);
    assertTrue(called > 350, "only " + called + " modules were called");
  }

  private void check(JsonNode each, GoldenTensors tensors) throws IOException {
    String name = each.get("name").asText();
    try (Scope scope = Scope.open(name)) {
      GoldenConfig config = new GoldenConfig(each.get("config"), Placement.DEFAULT);
      GoldenModule built =
          Objects.requireNonNull(GoldenModuleTypes.ALL.get(each.get("module").asText()))
              .apply(config);
      try (Module module = built.module()) {
        module.train(each.get("train").asBoolean());
        List<Tensor> inputs = new ArrayList<>();
        for (int i = 0; i < each.get("inputs").asInt(); i++) {
          inputs.add(tensors.input(name + "/in" + i));
        }
        if (each.get("module").asText().contains("Lazy")) {
          assertEquals(each.get("outputs").asInt(), built.call().apply(inputs).size());
        }
        boolean ours = module.getClass().getPackageName().startsWith("ai.cresset.nn");
        if (ours) {
          check(name, module, inputs);
        } else {
          // The case's own module calls these in its own way.
          module.namedChildren().values().forEach(part -> check(name, part, null));
        }
      }
    }
  }

  private void check(String name, Module module, @Nullable List<Tensor> inputs) {
    if (NOT_SAVED.containsKey(module.getClass().getSimpleName())) {
      return;
    }
    Path file = folder.resolve("model.safetensors");
    ModelFile.save(file, module);
    try (Module loaded = ModelFile.load(file, Module.class)) {
      assertEquals(module.toString(), loaded.toString(), name);
      assertEquals(module.isTraining(), loaded.isTraining(), name);
      Map<String, Tensor> before = module.namedTensors();
      Map<String, Tensor> after = loaded.namedTensors();
      assertEquals(before.keySet(), after.keySet(), name);
      before.forEach(
          (key, tensor) -> {
            Tensor other = Objects.requireNonNull(after.get(key), key);
            assertEquals(tensor.spec(), other.spec(), name);
            assertArrayEquals(tensor.toDoubleArray(), other.toDoubleArray(), name + " " + key);
          });
      if (inputs != null && module.getClass() == loaded.getClass()) {
        called += sameResults(name, module, loaded, inputs) ? 1 : 0;
      }
      loaded.namedModules().values().forEach(part -> saved.add(part.getClass()));
    }
  }

  /** Whether both could be called, by the one method that takes so many tensors. */
  private static boolean sameResults(
      String name, Module module, Module loaded, List<Tensor> inputs) {
    Class<?>[] types = new Class<?>[inputs.size()];
    Arrays.fill(types, Tensor.class);
    try {
      Method call = module.getClass().getMethod("call", types);
      List<double[]> expected = results(call, module, inputs);
      List<double[]> got = results(call, loaded, inputs);
      assertEquals(expected.size(), got.size(), name);
      for (int i = 0; i < got.size(); i++) {
        assertArrayEquals(expected.get(i), got.get(i), name);
      }
      return true;
    } catch (NoSuchMethodException e) {
      return false;
    }
  }

  private static List<double[]> results(Method call, Module module, List<Tensor> inputs) {
    Generator before = Generator.use(new Generator(5));
    try (Scope scope = Scope.open("call")) {
      Object result = call.invoke(module, inputs.toArray());
      List<Tensor> tensors =
          result instanceof Tensor tensor
              ? List.of(tensor)
              : result instanceof Loss loss ? List.of(loss.sum()) : ((TensorTree) result).tensors();
      return tensors.stream().map(Tensor::toDoubleArray).collect(Collectors.toList());
    } catch (InvocationTargetException e) {
      throw new AssertionError(module.toString(), e.getCause());
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    } finally {
      Generator.use(before);
    }
  }
}
