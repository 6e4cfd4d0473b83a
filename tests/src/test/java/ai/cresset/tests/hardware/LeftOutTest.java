package ai.cresset.tests.hardware;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The last module of a build says which tests of all modules were left out, and why. */
class LeftOutTest {
  private static final Pattern SKIPPED = Pattern.compile("<skipped message=\"([^\"]*)\"");

  @Test
  void whatWasLeftOutIsPrinted() throws IOException {
    Map<String, Integer> reasons = new TreeMap<>();
    for (Path report : reports()) {
      Matcher skipped = SKIPPED.matcher(Files.readString(report));
      while (skipped.find()) {
        reasons.merge(skipped.group(1), 1, Integer::sum);
      }
    }
    reasons.forEach(
        (reason, count) -> {
          assertFalse(reason.isBlank(), "a test was left out without a reason");
          System.out.println("LEFT OUT: " + count + " test(s): " + reason);
        });
  }

  private static List<Path> reports() throws IOException {
    List<Path> reports = new ArrayList<>();
    for (String module : List.of("tensor-core", "parallel", "spark-connector", "jobs")) {
      Path folder = Path.of("..", module, "target", "surefire-reports");
      if (Files.isDirectory(folder)) {
        try (Stream<Path> files = Files.list(folder)) {
          files.filter(file -> file.toString().endsWith(".xml")).forEach(reports::add);
        }
      }
    }
    return reports;
  }
}
