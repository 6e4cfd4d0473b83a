package ai.cresset.golden;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Runs all golden cases of a folder: a runner for each kind of file, and one for the PyTorch files
 * in {@code pth/}. Prints the cases that failed and last {@code N passed, N failed}; ends with code
 * 1 unless all passed.
 */
public final class GoldenFolder {
  /** Opens the cases of a folder. */
  @FunctionalInterface
  private interface Opener {
    GoldenCases open(Path folder) throws IOException;
  }

  private static final Map<String, Opener> RUNNERS =
      new TreeMap<>(
          Map.of(
              "ops.json", GoldenRunner::new,
              "modules.json", GoldenModules::new,
              "trajectories.json", GoldenTrajectories::new));

  private final Path folder;
  private int passed;
  private int failed;

  private GoldenFolder(Path folder) {
    this.folder = folder;
  }

  public static void main(String[] arguments) throws IOException {
    GoldenFolder all = new GoldenFolder(Path.of(arguments[0]));
    List<Path> files;
    try (Stream<Path> inside = Files.list(all.folder)) {
      files = inside.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
    for (Path file : files) {
      all.run(file);
    }
    Path pyTorch = all.folder.resolve("pth");
    if (Files.isDirectory(pyTorch)) {
      try (GoldenCases cases = new GoldenPyTorchFiles(pyTorch)) {
        all.run(cases);
      }
    }
    System.out.println(all.passed + " passed, " + all.failed + " failed");
    System.exit(all.failed == 0 && all.passed > 0 ? 0 : 1);
  }

  private void run(Path file) throws IOException {
    String name = file.toFile().getName();
    Opener opener = RUNNERS.get(name);
    if (opener == null) {
      for (JsonNode each : new ObjectMapper().readTree(file.toFile()).path("cases")) {
        failed(each, "there is no runner for " + name);
      }
      return;
    }
    try (GoldenCases cases = opener.open(folder)) {
      run(cases);
    }
  }

  private void run(GoldenCases cases) {
    for (JsonNode each : cases.cases()) {
      String wrong = cases.failure(each);
      if (wrong == null) {
        passed++;
      } else {
        failed(each, wrong);
      }
    }
  }

  private void failed(JsonNode each, String why) {
    failed++;
    System.out.println(each.path("name").asText() + ": " + why.lines().findFirst().orElse(""));
  }
}
