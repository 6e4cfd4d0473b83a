package ai.cresset.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.nn.init.Init;
import ai.cresset.optim.Optimizer;
import ai.cresset.optim.schedule.Schedule;
import ai.cresset.tensor.Functional;
import ai.cresset.tensor.Tensor;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What FEATURES.md lists is what there is; what there is, is documented and proved. */
@ExtendWith(NativeMemoryCheck.class)
class FeatureTableTest {
  /** Modules that PyTorch does not have, and what compares them with it. */
  private static final Map<String, String> COMPARED_ELSEWHERE =
      Map.of(
          "CausalSelfAttention", "model.GptParityTest",
          "QuantileLoss", "model.ForecasterParityTest");

  /** Names of torch.nn without a module of that name here, and what stands for them. */
  private static final Map<String, String> OTHERWISE =
      Map.of(
          "Container", "deprecated in PyTorch",
          "CrossMapLRN2d", "LocalResponseNorm, for images",
          "DataParallel", "not a layer; it wraps a model",
          "Module", "nn.Module",
          "NLLLoss2d", "deprecated name of NLLLoss",
          "RNNBase", "RecurrentLayer",
          "RNNCellBase", "RecurrentCell");

  /** Functions of torch.nn.functional that are called otherwise here, and how. */
  private static final Map<String, String> CALLED_OTHERWISE =
      Map.ofEntries(
          Map.entry("adaptive_max_pool1d_with_indices", "adaptiveMaxPool1d"),
          Map.entry("adaptive_max_pool2d_with_indices", "adaptiveMaxPool2d"),
          Map.entry("adaptive_max_pool3d_with_indices", "adaptiveMaxPool3d"),
          Map.entry("fractional_max_pool2d_with_indices", "fractionalMaxPool2d"),
          Map.entry("fractional_max_pool3d_with_indices", "fractionalMaxPool3d"),
          Map.entry("dropout1d", "channelDropout"),
          Map.entry("dropout2d", "channelDropout"),
          Map.entry("dropout3d", "channelDropout"),
          Map.entry("logsigmoid", "logSigmoid"),
          Map.entry("native_channel_shuffle", "channelShuffle"),
          Map.entry("upsample", "interpolate"),
          Map.entry("upsample_bilinear", "interpolate"),
          Map.entry("upsample_nearest", "interpolate"));

  /** Functions that are no part of this library, and why. */
  private static final Map<String, String> NOT_HERE =
      Map.of(
          "assert_int_or_pair", "an inner function",
          "has_torch_function", "an inner function",
          "has_torch_function_unary", "an inner function",
          "has_torch_function_variadic", "an inner function",
          "embedding_bag", "tensor.EmbeddingBag",
          "grouped_mm", "8-bit floating types",
          "multi_head_attention_forward", "MultiheadAttention",
          "scaled_grouped_mm", "8-bit floating types",
          "scaled_mm", "8-bit floating types");

  @Test
  void thePageIsThatOfTheCode() throws IOException, URISyntaxException {
    String page = FeatureTable.page();
    if (System.getProperty("cresset.features", "").equals("write")) {
      Files.writeString(FeatureTable.FILE, page);
    }
    assertEquals(
        page,
        Files.exists(FeatureTable.FILE) ? Files.readString(FeatureTable.FILE) : "",
        "FEATURES.md is out of date; write it with"
            + " mvn -pl tensor-core test -Dtest=FeatureTableTest -Dcresset.features=write");
  }

  private static List<Class<?>> modules() throws IOException, URISyntaxException {
    List<Class<?>> all = new ArrayList<>();
    FeatureTable.modules().values().forEach(all::addAll);
    assertTrue(all.size() > 140, "the scan found " + all.size());
    return all;
  }

  @Test
  void everyModuleSaysItsShapes() throws IOException, URISyntaxException {
    Set<String> silent = new TreeSet<>();
    for (Class<?> type : modules()) {
      SourceDocumentation documentation = SourceDocumentation.of(type);
      if (documentation.summary().isEmpty() || !documentation.saysShapes(type)) {
        silent.add(type.getSimpleName());
      }
    }
    assertEquals(Set.of(), silent, "Javadoc with shapes is missing");
  }

  @Test
  void everyModuleIsComparedWithPyTorch() throws IOException, URISyntaxException {
    Set<Class<?>> compared = FeatureTable.moduleCases().keySet();
    Set<String> missing = new TreeSet<>();
    for (Class<?> type : modules()) {
      if (!compared.contains(type) && !COMPARED_ELSEWHERE.containsKey(type.getSimpleName())) {
        missing.add(type.getSimpleName());
      }
    }
    assertEquals(Set.of(), missing, "add cases to tests/peers/golden_modules_more.py");
  }

  @Test
  void everyModuleOfTorchNnIsHere() throws IOException, URISyntaxException {
    Set<String> missing = new TreeSet<>(OTHERWISE.keySet());
    for (JsonNode name : GoldenFile.json("names.json").get("nn")) {
      missing.add(name.asText());
    }
    missing.removeAll(OTHERWISE.keySet());
    for (Class<?> type : modules()) {
      missing.remove(SourceDocumentation.of(type).pyTorchName());
    }
    assertEquals(Set.of(), missing);
  }

  @Test
  void everyFunctionOfTorchNnIsHere() throws IOException, URISyntaxException {
    Set<String> ours = new TreeSet<>();
    for (Class<?> type : FeatureTable.functionClasses("functional")) {
      ours.addAll(FeatureTable.functions(type));
    }
    ours.addAll(FeatureTable.functions(Functional.class));
    for (Method each : Tensor.class.getMethods()) {
      ours.add(each.getName());
    }
    Set<String> missing = new TreeSet<>();
    for (JsonNode each : GoldenFile.json("names.json").get("functional")) {
      String name = each.asText();
      // Forms in place are those of tensors.
      String plain = name.endsWith("_") ? name.substring(0, name.length() - 1) : name;
      if (!NOT_HERE.containsKey(name)
          && !ours.contains(CALLED_OTHERWISE.getOrDefault(plain, camelCase(plain)))) {
        missing.add(name);
      }
    }
    assertEquals(Set.of(), missing);
  }

  @Test
  void everyInitOfTorchNnIsHere() {
    Set<String> ours = FeatureTable.functions(Init.class);
    Map<String, String> otherwise = Map.of("trunc_normal_", "truncatedNormal");
    Set<String> missing = new TreeSet<>();
    for (JsonNode each : GoldenFile.json("names.json").get("init")) {
      String name = each.asText();
      // Names without the underscore are deprecated, and gains are an enum.
      if (name.endsWith("_")
          && !ours.contains(
              otherwise.getOrDefault(name, camelCase(name.substring(0, name.length() - 1))))) {
        missing.add(name);
      }
    }
    assertEquals(Set.of(), missing);
  }

  @Test
  void optimizersAndSchedulesAreDocumentedAndCompared() throws IOException, URISyntaxException {
    Map<String, Integer> cases = FeatureTable.trajectoryCases();
    Set<String> own = Set.of("Constant", "WarmUpCosine");
    for (Class<?> kind : List.<Class<?>>of(Optimizer.class, Schedule.class)) {
      for (String name : PackageScan.subclasses(kind)) {
        Class<?> type = type(kind.getPackageName() + "." + name);
        assertTrue(!SourceDocumentation.of(type).summary().isEmpty(), name + " has no Javadoc");
        assertTrue(cases.containsKey(name) || own.contains(name), name + " has no case");
      }
    }
  }

  private static Class<?> type(String name) {
    try {
      return Class.forName(name);
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  private static String camelCase(String name) {
    StringBuilder text = new StringBuilder();
    for (String word : List.of(name.split("_", -1))) {
      text.append(
          text.isEmpty()
              ? word
              : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1));
    }
    return text.toString();
  }
}
