package ai.cresset.model;

import ai.cresset.error.ConfigException;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Bytes that training needs: by how much a process's resident memory rises at its peak above that
 * after a warm start ({@link MemoryProbe}), the median of three, for each workload. Prints {@code
 * name value MB}, and beside a peer {@code pytorch_name value MB} and {@code name_ratio value x},
 * above 1 where this needs less.
 *
 * <p>The Java heap of the probe has a fixed size and is resident from the start, so what is seen
 * are tensors, what libraries allocate, and code compiled meanwhile.
 *
 * <p>Usage: {@code MemoryBenchmark [--peer PYTHON] [workload ...]}.
 */
public final class MemoryBenchmark {
  private static final double MEGABYTE = 1e6;
  private static final int PROCESSES = 3;

  private MemoryBenchmark() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    try {
      String python = null;
      List<String> names = new ArrayList<>();
      for (int i = 0; i < arguments.length; i++) {
        if (arguments[i].equals("--peer") && i + 1 < arguments.length) {
          python = arguments[++i];
        } else if (TrainWorkload.names().contains(arguments[i])) {
          names.add(arguments[i]);
        } else {
          throw ConfigException.value(
              "workload",
              "'" + arguments[i] + "'",
              "one of " + String.join(", ", TrainWorkload.names()));
        }
      }
      String threads = System.getenv().getOrDefault("OMP_NUM_THREADS", "1");
      Path script =
          Path.of(System.getProperty("cresset.home", ".")).resolve("tests/peers/step_memory.py");
      for (String name : names.isEmpty() ? TrainWorkload.names() : names) {
        double ours = median(java(name));
        print(name + " %.1f MB%n", ours / MEGABYTE);
        if (python != null) {
          double theirs = median(List.of(python, script.toString(), name, threads));
          print("pytorch_" + name + " %.1f MB%n", theirs / MEGABYTE);
          print(name + "_ratio %.2f x%n", theirs / ours);
        }
      }
    } catch (ConfigException e) {
      System.err.println("error: " + e.getMessage());
      System.exit(2);
    }
  }

  /** The command of a JVM like this one, with a small heap that is there from the start. */
  private static List<String> java(String workload) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(MemoryProbe.class.getName(), workload));
    return command;
  }

  /** Of some processes: when code is compiled is not the same in each. */
  private static double median(List<String> command) throws IOException, InterruptedException {
    long[] peaks = new long[PROCESSES];
    for (int i = 0; i < PROCESSES; i++) {
      peaks[i] = peak(command);
    }
    Arrays.sort(peaks);
    return peaks[PROCESSES / 2];
  }

  private static long peak(List<String> command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String answer;
    try (BufferedReader lines = process.inputReader()) {
      answer = lines.readLine();
    }
    if (process.waitFor() != 0 || answer == null) {
      throw ConfigException.because(
          command.get(0) + " measured nothing; run it by hand: " + command);
    }
    return Long.parseLong(answer.trim());
  }

  private static void print(String format, double value) {
    System.out.printf(Locale.ROOT, format, value);
  }
}
