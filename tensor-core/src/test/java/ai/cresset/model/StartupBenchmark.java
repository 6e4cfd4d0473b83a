package ai.cresset.model;

import ai.cresset.error.ConfigException;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/**
 * How long a fresh process takes to its first training step, and until it trains at nine tenths of
 * the speed it reaches in the end ({@link StartupProbe}'s model). Prints {@code first_step value s}
 * and {@code full_speed value s}; with {@code _cds} the same with an archive of its classes
 * (AppCDS), which is made for the occasion; with {@code pytorch_} in front PyTorch's. Each is the
 * median of three processes.
 *
 * <p>Usage: {@code StartupBenchmark [--seconds S] [--peer PYTHON]}: for so long each process
 * trains.
 */
public final class StartupBenchmark {
  private static final int PROCESSES = 3;
  private static final double NEARLY = 0.9;

  private StartupBenchmark() {}

  private record Start(double firstStep, double fullSpeed) {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    try {
      BenchmarkOptions options = BenchmarkOptions.parse(arguments, 20);
      String seconds = Double.toString(options.seconds());
      Path scratch = Files.createTempDirectory("cresset-startup");
      try {
        String classPath = jars(scratch);
        print("", "", starts(PROCESSES, java(List.of(), classPath, seconds)));
        Path archive = scratch.resolve("classes.jsa");
        starts(1, java(List.of("-XX:ArchiveClassesAtExit=" + archive), classPath, seconds));
        if (Files.notExists(archive)) {
          throw ConfigException.because("this JVM wrote no archive of its classes");
        }
        List<String> archived = List.of("-XX:SharedArchiveFile=" + archive);
        print("", "_cds", starts(PROCESSES, java(archived, classPath, seconds)));
      } finally {
        delete(scratch);
      }
      if (options.peer() != null) {
        String script = options.script("startup.py").toString();
        print("pytorch_", "", starts(PROCESSES, List.of(options.peer(), script, seconds)));
      }
    } catch (ConfigException e) {
      System.err.println("error: " + e.getMessage());
      System.exit(2);
    }
  }

  /** This JVM's class path with its folders as jars: only those can be archived. */
  private static String jars(Path scratch) {
    ToolProvider jar = ToolProvider.findFirst("jar").orElseThrow();
    List<String> entries = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      if (Files.isDirectory(Path.of(entry))) {
        String packed = scratch.resolve(entries.size() + ".jar").toString();
        if (jar.run(System.out, System.err, "-cf", packed, "-C", entry, ".") != 0) {
          throw ConfigException.because("cannot pack " + entry);
        }
        entries.add(packed);
      } else if (!entry.isEmpty()) {
        entries.add(entry);
      }
    }
    return String.join(File.pathSeparator, entries);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  /** The command of a JVM like this one. */
  private static List<String> java(List<String> extra, String classPath, String seconds) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(extra);
    command.add("-cp");
    command.add(classPath);
    command.add(StartupProbe.class.getName());
    command.add(seconds);
    return command;
  }

  private static List<Start> starts(int processes, List<String> command)
      throws IOException, InterruptedException {
    List<Start> starts = new ArrayList<>();
    for (int i = 0; i < processes; i++) {
      double begin = System.currentTimeMillis() / 1e3;
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      List<Double> times = new ArrayList<>();
      StringBuilder other = new StringBuilder();
      try (BufferedReader lines = process.inputReader()) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          if (line.matches("[0-9.]+")) {
            times.add(Double.parseDouble(line) - begin);
          } else {
            other.append(line).append(System.lineSeparator());
          }
        }
      }
      if (process.waitFor() != 0) {
        throw ConfigException.because(command.get(0) + " failed: " + other);
      }
      starts.add(new Start(times.get(0), fullSpeed(times)));
    }
    return starts;
  }

  /** When half a second of steps first ran at nine tenths of the final speed. */
  private static double fullSpeed(List<Double> times) {
    int last = times.size() - 1;
    int tail = last * 3 / 4;
    double finalStep = (times.get(last) - times.get(tail)) / (last - tail);
    int window = Math.max(1, (int) Math.ceil(0.5 / finalStep));
    for (int i = 0; i + window <= last; i++) {
      if ((times.get(i + window) - times.get(i)) / window <= finalStep / NEARLY) {
        return times.get(i);
      }
    }
    return times.get(last);
  }

  private static void print(String prefix, String suffix, List<Start> starts) {
    figure(prefix + "first_step" + suffix, starts.stream().map(Start::firstStep).toList());
    figure(prefix + "full_speed" + suffix, starts.stream().map(Start::fullSpeed).toList());
  }

  private static void figure(String name, List<Double> values) {
    double median = values.stream().sorted().toList().get(values.size() / 2);
    System.out.printf(Locale.ROOT, "%s %.2f s%n", name, median);
  }
}
