package ai.cresset.jobs.train;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.cresset.jobs.CommandsMain;
import ai.cresset.jobs.RunScript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.function.Executable;

/** Commands that are refused before Spark starts, with not a byte changed. */
final class RefusedCommands {
  private final Path directory;
  private final List<Case> cases = new ArrayList<>();

  /** Commands that are given in this directory. */
  RefusedCommands(Path directory) {
    this.directory = directory;
  }

  /** A command, its exit code and all that it says; {@code DIR} is the working directory. */
  private record Case(int code, String message, List<String> arguments) {}

  void add(int code, String message, List<String> arguments) {
    cases.add(new Case(code, message, List.copyOf(arguments)));
  }

  /** Runs all of them. */
  void check() throws IOException, InterruptedException {
    Map<String, String> before = files();
    List<RunScript.Result> results =
        CommandsMain.run(directory, cases.stream().map(Case::arguments).toList());
    List<Executable> checks = new ArrayList<>();
    for (int i = 0; i < cases.size(); i++) {
      Case each = cases.get(i);
      RunScript.Result result = results.get(i);
      String message = each.message().replace("DIR", directory.toString());
      checks.add(
          () ->
              assertEquals(
                  new RunScript.Result(each.code(), "", message + "\n"),
                  result,
                  () -> "cresset " + each.arguments()));
    }
    assertAll(checks);
    assertEquals(before, files());
  }

  /** Every file and its bytes. */
  private Map<String, String> files() throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path each : all.toList()) {
        byte[] bytes = Files.isDirectory(each) ? new byte[0] : Files.readAllBytes(each);
        files.put(each.toString(), Base64.getEncoder().encodeToString(bytes));
      }
    }
    return files;
  }
}
