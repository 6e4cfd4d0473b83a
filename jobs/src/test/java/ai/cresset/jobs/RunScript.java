package ai.cresset.jobs;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Starts {@code deploy/local/run.sh} as a person would, with the classes of this build. */
public final class RunScript {
  public static final Path HOME = Path.of(System.getProperty("cresset.home")).normalize();

  /** Of this process alone: test classes run in several. */
  private static final Path SCRATCH = Path.of("scratch").toAbsolutePath();

  private final Path workingDirectory;
  private final Map<String, String> environment;

  /** Commands are given in this directory. */
  public RunScript(Path workingDirectory) {
    this(workingDirectory, Map.of());
  }

  private RunScript(Path workingDirectory, Map<String, String> environment) {
    this.workingDirectory = workingDirectory;
    this.environment = Map.copyOf(environment);
  }

  /** The same with a variable of the environment. */
  public RunScript with(String name, String value) {
    Map<String, String> all = new HashMap<>(environment);
    all.put(name, value);
    return new RunScript(workingDirectory, all);
  }

  /** What a command left on the screen. */
  public record Result(int code, String out, String err) {}

  /** A command that runs; what it writes goes to {@code out} and {@code err}. */
  public record Started(Process process, Path out, Path err) {
    /** Waits for its end. */
    public Result await() throws IOException, InterruptedException {
      boolean ended = process.waitFor(300, TimeUnit.SECONDS);
      if (!ended) {
        process.destroy();
      }
      assertTrue(ended, "run.sh hangs");
      return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
    }
  }

  public Started start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(HOME.resolve("deploy/local/run.sh").toString());
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile("run-script", ".out");
    Path err = Files.createTempFile("run-script", ".err");
    out.toFile().deleteOnExit();
    err.toFile().deleteOnExit();
    ProcessBuilder builder = new ProcessBuilder(command).directory(workingDirectory.toFile());
    builder.environment().put("CRESSET_CLASS_PATH", System.getProperty("java.class.path"));
    builder.environment().put("CRESSET_EXECUTOR_MEMORY", "512");
    builder.environment().put("CRESSET_SCRATCH", SCRATCH.toString());
    builder.environment().putAll(environment);
    return new Started(
        builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start(), out, err);
  }

  public Result run(String... arguments) throws IOException, InterruptedException {
    return start(arguments).await();
  }

  /** What runs have left behind. */
  public static List<Path> runs() throws IOException {
    try (Stream<Path> files = Files.list(SCRATCH)) {
      return files.filter(f -> f.getFileName().toString().startsWith("run.")).toList();
    }
  }
}
