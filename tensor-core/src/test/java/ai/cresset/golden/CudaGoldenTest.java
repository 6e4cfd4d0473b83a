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

  /** Operations that move no element: their results are views, or made on the host. */
  private static final Set<String> WITHOUT_KERNELS =
      Set.of(
          "torch.reshape",
          "torch.squeeze",
          "torch.flatten",
          "torch.unflatten",
          "torch.arange",
          "torch.logspace",
          "torch.eye",
          "torch.full");

  private static Path folder(String name) throws URISyntaxException {
    return Path.of(Objects.requireNonNull(GoldenRunner.class.getResource(name)).toURI());
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
      boolean host = WITHOUT_KERNELS.contains(each.path("op").asText());
      if (wrong == null && !host && Cuda.launches(CUDA) == before) {
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
  @ValueSource(strings = {"", "modules/"})
  void everyModule(String name) throws IOException, URISyntaxException {
    try (GoldenModules modules = new GoldenModules(folder("/golden/" + name), CUDA)) {
      allPass(modules, each -> true);
    }
  }
}
