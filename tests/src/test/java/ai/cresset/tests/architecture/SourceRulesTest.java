package ai.cresset.tests.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** How files look: length, names, documentation of packages, paths that documents name. */
class SourceRulesTest {
  private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();
  private static final List<String> MODULES =
      List.of("tensor-core", "parallel", "spark-connector", "jobs", "tests");
  private static final int LONGEST = 800;
  private static final Pattern EMPTY_NAMES =
      Pattern.compile(".*(Util|Utils|Helper|Helpers|Manager|Common|Misc)\\.java");
  private static final Pattern LOCAL_LINK = Pattern.compile("\\]\\((?!https?:|#)([^)#]+)[^)]*\\)");

  @Test
  void noFileIsLongerThanItMayBe() throws IOException {
    List<String> tooLong = new ArrayList<>();
    for (Path file : sources()) {
      long lines = Files.readAllLines(file).size();
      if (lines > LONGEST) {
        tooLong.add(PROJECT.relativize(file) + ": " + lines + " lines; look for the second idea");
      }
    }
    assertEquals(List.of(), tooLong);
  }

  @Test
  void namesSayWhatIsInside() throws IOException {
    List<String> empty = new ArrayList<>();
    for (Path file : sources()) {
      if (EMPTY_NAMES.matcher(file.getFileName().toString()).matches()) {
        empty.add(PROJECT.relativize(file).toString());
      }
    }
    assertEquals(List.of(), empty);
  }

  @Test
  void everyPackageSaysWhatLivesThere() throws IOException {
    List<String> silent = new ArrayList<>();
    for (Path file : sources()) {
      Path description = file.resolveSibling("package-info.java");
      boolean main = file.toString().contains("/src/main/java/");
      if (main && !Files.exists(description)) {
        silent.add(PROJECT.relativize(file.getParent()).toString());
      }
    }
    assertEquals(List.of(), silent.stream().distinct().toList());
  }

  @Test
  void pathsThatDocumentsNameExist() throws IOException {
    List<String> broken = new ArrayList<>();
    int links = 0;
    for (Path document : documents()) {
      Matcher matcher = LOCAL_LINK.matcher(Files.readString(document));
      while (matcher.find()) {
        links++;
        if (!Files.exists(document.resolveSibling(matcher.group(1)))) {
          broken.add(PROJECT.relativize(document) + ": " + matcher.group(1));
        }
      }
    }
    assertTrue(links > 0, "no document names a path: is the project root " + PROJECT + "?");
    assertEquals(List.of(), broken);
  }

  private static List<Path> documents() throws IOException {
    List<Path> documents = new ArrayList<>(List.of(PROJECT.resolve("README.md")));
    for (String module : MODULES) {
      try (Stream<Path> files = Files.list(PROJECT.resolve(module))) {
        files.filter(file -> file.toString().endsWith(".md")).forEach(documents::add);
      }
    }
    return documents;
  }

  private static List<Path> sources() throws IOException {
    List<Path> sources = new ArrayList<>();
    for (String module : MODULES) {
      Path folder = PROJECT.resolve(module).resolve("src");
      try (Stream<Path> files = Files.walk(folder)) {
        files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
      }
    }
    assertTrue(sources.size() > 100, "only " + sources.size() + " sources were found");
    return sources;
  }
}
