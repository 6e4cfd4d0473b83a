package ai.cresset.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.backend.cuda.OnCuda;
import ai.cresset.cuda.Cuda;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.type.Device;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Golden cases whose tensors are on a CUDA device; each must start kernels there. */
@OnCuda
@ExtendWith(LeakCheck.class)
class CudaGoldenTest {
  private static final Device CUDA = Device.cuda(0);

  /** Operations that read no tensor: their results are made on the host. */
  private static final Set<String> MADE_ON_THE_HOST =
      Set.of(
          "torch.arange",
          "torch.linspace",
          "torch.logspace",
          "torch.eye",
          "torch.full",
          "torch.tril_indices",
          "torch.triu_indices");

  /** Operations whose results, and whose gradients, are views. */
  private static final Set<String> VIEWS =
      Set.of(
          "torch.flatten",
          "torch.movedim",
          "torch.permute",
          "torch.reshape",
          "torch.split",
          "torch.squeeze",
          "torch.t",
          "torch.transpose",
          "torch.unflatten",
          "torch.unsqueeze",
          "Tensor.unfold");

  /** Cases of other operations whose results, and whose gradients, are views of all elements. */
  private static final Set<String> CASES_OF_VIEWS =
      Set.of(
          "einsum/27", // i->i
          "getitem/5", // :
          "getitem/6", // ...
          "getitem/23", // None
          "getitem/24", // None,:
          "getitem/25", // :,None
          "getitem/27", // ...,None
          "getitem/28", // None,...,None
          "getitem/76", // ... of no dimensions
          "getitem/77"); // None of no dimensions

  private static Path folder(String name) throws URISyntaxException {
    return Path.of(Objects.requireNonNull(GoldenRunner.class.getResource(name)).toURI());
  }

  /** Whether a case has to move or to compute an element; the rates of a schedule are numbers. */
  private static boolean needsKernels(GoldenCases cases, JsonNode each) {
    String operation = each.path("op").asText();
    return !MADE_ON_THE_HOST.contains(operation)
        && !VIEWS.contains(operation)
        && !CASES_OF_VIEWS.contains(each.get("name").asText())
        && !each.has("scheduler")
        && cases.hasElements(each);
  }

  private static void allPass(GoldenCases cases, Predicate<JsonNode> chosen) {
    StringBuilder failures = new StringBuilder();
    int passed = 0;
    for (JsonNode each : cases.cases()) {
      if (!chosen.test(each)) {
        continue;
      }
      long before = Cuda.launches(CUDA);
      String wrong = cases.failure(each);
      if (wrong == null && needsKernels(cases, each) && Cuda.launches(CUDA) == before) {
        wrong = "started no kernel";
      }
      if (wrong == null) {
        passed++;
      } else {
        failures.append(each.get("name").asText()).append(": ").append(wrong).append('\n');
      }
    }
    assertEquals("", failures.toString(), passed + " passed");
    assertTrue(passed > 0);
  }

  @Test
  void everyFifthOperation() throws IOException, URISyntaxException {
    Set<String> seen = new HashSet<>();
    try (GoldenRunner runner = new GoldenRunner(folder("/golden/"), "ops.json", CUDA)) {
      allPass(
          runner,
          each ->
              GoldenRunner.knows(each)
                  && seen.add(each.get("op").asText())
                  && seen.size() % 5 == 0);
    }
  }

  @Test
  void everyThirdModule() throws IOException, URISyntaxException {
    Set<String> seen = new HashSet<>();
    try (GoldenModules modules = new GoldenModules(folder("/golden/"), CUDA)) {
      allPass(modules, each -> seen.add(each.get("module").asText()) && seen.size() % 3 == 0);
    }
  }

  @Test
  void everySecondOptimizer() throws IOException, URISyntaxException {
    Set<String> seen = new HashSet<>();
    try (GoldenTrajectories trajectories = new GoldenTrajectories(folder("/golden/"), CUDA)) {
      allPass(
          trajectories,
          each ->
              each.has("optimizer")
                  && seen.add(each.get("optimizer").asText())
                  && seen.size() % 2 == 0);
    }
  }

  @Tag("long")
  @ParameterizedTest
  @ValueSource(strings = {"", "functions/", "shapes/", "images/"})
  void everyOperation(String name) throws IOException, URISyntaxException {
    try (GoldenRunner runner = new GoldenRunner(folder("/golden/" + name), "ops.json", CUDA)) {
      allPass(runner, GoldenRunner::knows);
    }
  }

  @Tag("long")
  @ParameterizedTest
  @ValueSource(strings = {"", "modules/", "modules-more/"})
  void everyModule(String name) throws IOException, URISyntaxException {
    try (GoldenModules modules = new GoldenModules(folder("/golden/" + name), CUDA)) {
      allPass(modules, each -> true);
    }
  }

  @Tag("long")
  @ParameterizedTest
  @ValueSource(strings = {"", "trajectories-more/"})
  void everyTrajectory(String name) throws IOException, URISyntaxException {
    Path place = folder("/golden/" + name);
    try (GoldenTrajectories trajectories = new GoldenTrajectories(place, CUDA)) {
      allPass(trajectories, each -> true);
    }
  }
}
