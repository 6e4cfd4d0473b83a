package ai.cresset.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RunScriptTest {
  private static final Path HOME = RunScript.HOME;
  @TempDir private Path directory = Path.of("");

  private RunScript.Result run(String... arguments) throws IOException, InterruptedException {
    return new RunScript(directory).run(arguments);
  }

  @Test
  void configWorksFromAnyDirectoryAndLeavesNothing() throws Exception {
    Files.copy(HOME.resolve("conf/gpt-char-small.yaml"), directory.resolve("mine.yaml"));
    RunScript.Result result = run("config", "mine.yaml", "data.path=sp ace*\u00e9");
    assertEquals(new RunScript.Result(0, result.out(), ""), result);
    assertTrue(result.out().contains("path: \"sp ace*\u00e9\""), result.out());
    assertEquals(List.of(), RunScript.runs());
  }

  @Test
  void wrongSettingsAreExitCode2() throws Exception {
    RunScript.Result result =
        run("config", HOME.resolve("conf/gpt-char-small.yaml").toString(), "trian.steps=5");
    assertEquals(
        new RunScript.Result(
            2,
            "",
            "error: override 'trian.steps=5': unknown setting 'trian.steps'; did you mean"
                + " 'train.steps'?\n"),
        result);
    assertEquals(List.of(), RunScript.runs());
  }

  @Test
  void whatTheScriptCannotUseIsNamed() throws Exception {
    String file = Files.writeString(directory.resolve("file"), "").toString();
    assertRefused(
        1,
        file
            + " cannot be written to; free space there, or name another directory in CRESSET_SCRATCH",
        "CRESSET_SCRATCH",
        file);
    assertRefused(
        2,
        "CRESSET_JARS: /no/such.jar does not exist; name jars by absolute paths, ':' between them",
        "CRESSET_JARS",
        file + ":/no/such.jar");
    assertRefused(
        2, "CRESSET_CLASS_ARCHIVE is yes or no, got 'maybe'", "CRESSET_CLASS_ARCHIVE", "maybe");
  }

  private void assertRefused(int code, String message, String name, String value)
      throws IOException, InterruptedException {
    assertEquals(
        new RunScript.Result(code, "", "error: " + message + "\n"),
        new RunScript(directory).with(name, value).run("help"));
  }

  @Test
  void aFailedJobIsExitCode1AndItsMessageIsTheTasks() throws Exception {
    Files.write(directory.resolve("latin.txt"), new byte[] {'a', (byte) 0xe9, 'c'});
    RunScript.Result result =
        run("inspect", HOME.resolve("conf/gpt-char-small.yaml").toString(), "data.path=latin.txt");
    assertEquals(1, result.code(), result.err());
    assertTrue(
        result
            .err()
            .startsWith(
                "error: file:"
                    + directory.resolve("latin.txt")
                    + ": not UTF-8 text: the byte at offset 1 is 0xe9"),
        result.err());
    assertTrue(result.err().contains("scratch/logs/"), result.err());
    assertEquals(List.of(), RunScript.runs());
  }

  @Test
  void termStopsEverythingItStarted() throws Exception {
    Path text = Files.writeString(directory.resolve("text.txt"), "some text ".repeat(1000));
    Process process =
        new RunScript(directory)
            .start(
                "inspect", HOME.resolve("conf/gpt-char-small.yaml").toString(), "data.path=" + text)
            .process();
    List<ProcessHandle> executors = List.of();
    while (executors.isEmpty() && process.isAlive()) {
      // A command that Java is about to start looks like Java itself for a moment: look twice.
      List<ProcessHandle> seen = executors(process);
      executors = executors(process).stream().filter(seen::contains).toList();
    }
    assertTrue(!executors.isEmpty(), "no executor came up");
    process.destroy();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), "run.sh does not stop");
    assertEquals(143, process.exitValue());
    for (ProcessHandle executor : executors) {
      executor.onExit().get(10, TimeUnit.SECONDS);
    }
    assertEquals(List.of(), RunScript.runs());
  }

  /** The Java processes that the driver, itself a Java process, started. */
  private static List<ProcessHandle> executors(Process process) {
    return process
        .descendants()
        .filter(RunScriptTest::isJava)
        .filter(p -> p.parent().filter(RunScriptTest::isJava).isPresent())
        .toList();
  }

  private static boolean isJava(ProcessHandle process) {
    return process.info().command().orElse("").endsWith("/java");
  }
}
