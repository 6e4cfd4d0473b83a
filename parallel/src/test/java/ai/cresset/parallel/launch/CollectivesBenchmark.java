package ai.cresset.parallel.launch;

import ai.cresset.error.ConfigException;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.Storage;
import ai.cresset.parallel.comm.CommOptions;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.comm.ReduceOp;
import ai.cresset.parallel.comm.Slice;
import ai.cresset.type.DType;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Times all-reduce of {@code float32} between processes of this machine over loopback TCP; prints
 * {@code name value unit} lines. Bus bandwidth is {@code bytes / time * 2 (n - 1) / n}, as in
 * nccl-tests.
 *
 * <p>With {@code --peer PYTHON} the same is measured in turns with Gloo, through PyTorch.
 */
public final class CollectivesBenchmark {
  private static final int[] SIZES = {4 << 10, 1 << 20, 64 << 20};
  private static final String[] NAMES = {"4KiB", "1MiB", "64MiB"};
  private static final int[] WARM_UP = {20_000, 300, 5};
  private static final int[] REPEATS = {4_000, 200, 9};

  private CollectivesBenchmark() {}

  /** What to measure. */
  private record Options(int ranks, int rounds, @Nullable String peer) {
    static Options parse(String[] arguments) {
      int ranks = 2;
      int rounds = 3;
      String peer = null;
      for (int i = 0; i < arguments.length; i += 2) {
        if (i + 1 == arguments.length) {
          throw ConfigException.because(arguments[i] + " needs a value");
        }
        String value = arguments[i + 1];
        switch (arguments[i]) {
          case "--ranks" -> ranks = whole(arguments[i], value);
          case "--rounds" -> rounds = whole(arguments[i], value);
          case "--peer" -> peer = value;
          default ->
              throw ConfigException.because(
                  "unknown option " + arguments[i] + "; known are --ranks, --rounds, --peer");
        }
      }
      return new Options(ranks, rounds, peer);
    }

    private static int whole(String key, String text) {
      if (!text.matches("[1-9][0-9]{0,3}")) {
        throw ConfigException.value(key, "'" + text + "'", "a whole number from 1");
      }
      return Integer.parseInt(text);
    }
  }

  public static void main(String[] arguments) throws Exception {
    try {
      measure(Options.parse(arguments));
    } catch (ConfigException e) {
      System.err.println("error: " + e.getMessage());
      System.exit(2);
    }
  }

  private static void measure(Options options) throws Exception {
    double[] ours = worst();
    double[] theirs = worst();
    // In turns, so that both see the same machine; the best round of each counts.
    for (int round = 0; round < options.rounds(); round++) {
      best(ours, cresset(options.ranks()));
      if (options.peer() != null) {
        best(theirs, gloo(options));
      }
    }
    print("", ours, options.ranks());
    if (options.peer() != null) {
      print("gloo_", theirs, options.ranks());
      for (int i = 0; i < SIZES.length; i++) {
        System.out.printf(
            Locale.ROOT, "allreduce_%s_versus_gloo %.2f x%n", NAMES[i], theirs[i] / ours[i]);
      }
    }
  }

  private static double[] worst() {
    double[] seconds = new double[SIZES.length];
    Arrays.fill(seconds, Double.POSITIVE_INFINITY);
    return seconds;
  }

  private static void best(double[] seconds, double[] round) {
    for (int i = 0; i < seconds.length; i++) {
      seconds[i] = Math.min(seconds[i], round[i]);
    }
  }

  private static void print(String prefix, double[] seconds, int ranks) {
    for (int i = 0; i < SIZES.length; i++) {
      double share = ranks == 1 ? 1 : 2.0 * (ranks - 1) / ranks;
      System.out.printf(
          Locale.ROOT, "%sallreduce_%s_latency %.1f us%n", prefix, NAMES[i], seconds[i] * 1e6);
      System.out.printf(
          Locale.ROOT,
          "%sallreduce_%s_busbw %.0f MB/s%n",
          prefix,
          NAMES[i],
          SIZES[i] / seconds[i] * share / 1e6);
    }
  }

  /** Median seconds by size, on rank 0. */
  private static double[] cresset(int ranks) {
    return new LocalProcessLauncher(LaunchOptions.of(ranks).withJvmArguments(List.of("-Xmx256m")))
        .launch(CollectivesBenchmark::measure)
        .get(0);
  }

  private static double[] measure(WorkerContext context) {
    double[] seconds = new double[SIZES.length];
    Storage storage = Allocator.current().allocate(SIZES[SIZES.length - 1]);
    try (ProcessGroup group = context.connect(CommOptions.defaults())) {
      Slice all = Slice.of(storage, DType.FLOAT32);
      for (int i = 0; i < SIZES.length; i++) {
        Slice slice = all.part(0, SIZES[i] / DType.FLOAT32.bytes());
        group.broadcast(slice, 0);
        double[] times = new double[REPEATS[i]];
        for (int repeat = -WARM_UP[i]; repeat < REPEATS[i]; repeat++) {
          long start = System.nanoTime();
          group.allReduce(slice, ReduceOp.SUM);
          if (repeat >= 0) {
            times[repeat] = (System.nanoTime() - start) * 1e-9;
          }
        }
        Arrays.sort(times);
        seconds[i] = times[times.length / 2];
      }
    } finally {
      storage.release();
    }
    return seconds;
  }

  /** Runs the script; it prints {@code bytes seconds} lines. */
  private static double[] gloo(Options options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(String.valueOf(options.peer()));
    command.add(
        Path.of(System.getProperty("cresset.home", "."))
            .resolve("tests/peers/gloo_allreduce.py")
            .toString());
    command.add(Integer.toString(options.ranks()));
    for (int size : SIZES) {
      command.add(Integer.toString(size));
    }
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    double[] seconds = worst();
    try (BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] fields = line.trim().split(" ");
        for (int i = 0; i < SIZES.length; i++) {
          if (fields.length == 2 && fields[0].equals(Integer.toString(SIZES[i]))) {
            seconds[i] = Double.parseDouble(fields[1]);
          }
        }
      }
    }
    if (process.waitFor() != 0) {
      throw ConfigException.because(command + " ended with code " + process.exitValue());
    }
    return seconds;
  }
}
