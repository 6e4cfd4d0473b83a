package ai.cresset.tests.documentation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.apache.spark.launcher.JavaModuleOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** The first steps of the README, compiled and run as they stand there, print what it says. */
class FirstStepsTest {
  private static final Path README = Path.of("..", "README.md");
  private static final Pattern EXAMPLE =
      Pattern.compile(
          "## First steps\n.*?```java\n(.*?)```\nprints\n```\n(.*?)```\n", Pattern.DOTALL);
  private static final String NAME = "FirstSteps";

  @Test
  void theFirstStepsOfTheReadmePrintWhatItShows(@TempDir Path folder, TestReporter reporter)
      throws IOException, InterruptedException {
    Matcher example = EXAMPLE.matcher(Files.readString(README));
    assertTrue(
        example.find(),
        "README.md: expected, under 'First steps', a block of Java, the word 'prints' and a block of"
            + " its output");
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    if (compiler == null) {
      String message =
          "LEFT OUT: this Java has no compiler, so the first steps of the README were not run; use a"
              + " JDK instead of a JRE";
      System.err.println(message);
      reporter.publishEntry("left out", message);
      return;
    }
    compile(compiler, folder, example.group(1));
    assertEquals(example.group(2), run(folder), "what the first steps of the README print");
  }

  /** Imports go to the top of a file, the rest into its main method. */
  private static String program(String example) {
    Map<Boolean, String> lines =
        example
            .lines()
            .collect(
                Collectors.partitioningBy(
                    line -> line.startsWith("import "), Collectors.joining("\n")));
    return lines.get(true)
        + "\npublic class "
        + NAME
        + " {\n  public static void main(String[] arguments) {\n"
        + lines.get(false)
        + "\n  }\n}\n";
  }

  private static void compile(JavaCompiler compiler, Path folder, String example)
      throws IOException {
    Path source = Files.writeString(folder.resolve(NAME + ".java"), program(example));
    StringWriter messages = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      List<String> options =
          List.of("-cp", System.getProperty("java.class.path"), "-d", folder.toString());
      boolean compiled =
          compiler
              .getTask(messages, files, null, options, null, files.getJavaFileObjects(source))
              .call();
      assertTrue(compiled, "README.md, first steps: " + messages);
    }
  }

  private static String run(Path folder) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(JavaModuleOptions.defaultModuleOptionArray()));
    String separator = System.getProperty("path.separator");
    command.addAll(
        List.of("-cp", folder + separator + System.getProperty("java.class.path"), NAME));
    Path errors = folder.resolve("errors.txt");
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), Files.readString(errors));
    return output;
  }
}
