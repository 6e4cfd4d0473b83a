package ai.cresset.parallel.launch;

import ai.cresset.error.ConfigException;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.Storage;
import ai.cresset.parallel.comm.CommOptions;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.comm.ReduceOp;
import ai.cresset.parallel.comm.SharedMemoryUse;
import ai.cresset.parallel.comm.Slice;
import ai.cresset.type.DType;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Times all-reduce of {@code float32} between processes of this machine, through shared memory and
 * through loopback TCP; prints {@code name value unit} lines. Bus bandwidth is {@code bytes / time
 * * 2 (n - 1) / n}, as in nccl-tests. The latency and bandwidth of a link, from messages to and
 * fro, are what {@code CommOptions.withLink} takes.
 *
 * <p>With {@code --peer PYTHON} the same is measured in turns with Gloo, through PyTorch.
 */
public final class CollectivesBenchmark {
  private static final List<Size> SIZES =
      List.of(
          new Size("4KiB", 4 << 10, 20_000, 4_000),
          new Size("64KiB", 64 << 10, 3_000, 1_000),
          new Size("1MiB", 1 << 20, 300, 200),
          new Size("16MiB", 16 << 20, 10, 20),
          new Size("64MiB", 64 << 20, 5, 9),
          new Size("256MiB", 256 << 20, 1, 3));
  private static final int LATENCY = SIZES.size();
  private static final int BANDWIDTH = SIZES.size() + 1;
  private static final int MESSAGE_BYTES = 16 << 20;

  private CollectivesBenchmark() {}

  /** A size, and how often it is repeated before and while it is timed. */
  private record Size(String name, int bytes, int warmUp, int repeats) {}

  /** A way between two ranks. */
  private enum Way {
    SHARED_MEMORY("", SharedMemoryUse.REQUIRED),
    TCP("tcp_", SharedMemoryUse.OFF);

    private final String prefix;
    private final SharedMemoryUse use;

    Way(String prefix, SharedMemoryUse use) {
      this.prefix = prefix;
      this.use = use;
    }
  }

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
    Map<Way, double[]> ours = new EnumMap<>(Way.class);
    double[] theirs = worst();
    // In turns, so that all see the same machine; the best round of each counts.
    for (int round = 0; round < options.rounds(); round++) {
      for (Way way : Way.values()) {
        best(ours.computeIfAbsent(way, ignored -> worst()), cresset(way, options.ranks()));
      }
      if (options.peer() != null) {
        best(theirs, gloo(options));
      }
    }
    ours.forEach((way, seconds) -> print(way.prefix, seconds, options.ranks()));
    ours.forEach((way, seconds) -> printLink(way.prefix, seconds));
    if (options.peer() != null) {
      print("gloo_", theirs, options.ranks());
      for (Map.Entry<Way, double[]> each : ours.entrySet()) {
        for (int i = 0; i < SIZES.size(); i++) {
          System.out.printf(
              Locale.ROOT,
              "%sallreduce_%s_versus_gloo %.2f x%n",
              each.getKey().prefix,
              SIZES.get(i).name(),
              theirs[i] / each.getValue()[i]);
        }
      }
    }
  }

  private static double[] worst() {
    double[] seconds = new double[SIZES.size() + 2];
    Arrays.fill(seconds, Double.POSITIVE_INFINITY);
    return seconds;
  }

  private static void best(double[] seconds, double[] round) {
    for (int i = 0; i < seconds.length; i++) {
      seconds[i] = Math.min(seconds[i], round[i]);
    }
  }

  private static void print(String prefix, double[] seconds, int ranks) {
    double share = ranks == 1 ? 1 : 2.0 * (ranks - 1) / ranks;
    for (int i = 0; i < SIZES.size(); i++) {
      Size size = SIZES.get(i);
      System.out.printf(
          Locale.ROOT, "%sallreduce_%s_latency %.1f us%n", prefix, size.name(), seconds[i] * 1e6);
      System.out.printf(
          Locale.ROOT,
          "%sallreduce_%s_busbw %.0f MB/s%n",
          prefix,
          size.name(),
          size.bytes() / seconds[i] * share / 1e6);
    }
  }

  /** What {@code LinkModel} wants to know. */
  private static void printLink(String prefix, double[] seconds) {
    if (Double.isFinite(seconds[LATENCY])) {
      System.out.printf(Locale.ROOT, "%slink_latency %.0f ns%n", prefix, seconds[LATENCY] * 1e9);
      System.out.printf(
          Locale.ROOT, "%slink_bandwidth %.0f B/s%n", prefix, MESSAGE_BYTES / seconds[BANDWIDTH]);
    }
  }

  /** Median seconds by size, on rank 0; then those of an empty message and of a large one. */
  private static double[] cresset(Way way, int ranks) {
    SharedMemoryUse use = way.use;
    return new LocalProcessLauncher(LaunchOptions.of(ranks).withJvmArguments(List.of("-Xmx256m")))
        .launch(
            context -> {
              try (ProcessGroup group =
                  context.connect(CommOptions.defaults().withSharedMemory(use))) {
                return measure(group);
              }
            })
        .get(0);
  }

  private static double[] measure(ProcessGroup group) {
    double[] seconds = worst();
    Storage storage = Allocator.current().allocate(SIZES.get(SIZES.size() - 1).bytes());
    try {
      Slice all = Slice.of(storage, DType.FLOAT32);
      for (int i = 0; i < SIZES.size(); i++) {
        Size size = SIZES.get(i);
        Slice slice = all.part(0, size.bytes() / DType.FLOAT32.bytes());
        group.broadcast(slice, 0);
        seconds[i] =
            median(size.warmUp(), size.repeats(), () -> group.allReduce(slice, ReduceOp.SUM));
      }
      if (group.size() > 1) {
        Slice large = all.part(0, MESSAGE_BYTES / DType.FLOAT32.bytes());
        group.barrier();
        seconds[LATENCY] = median(5_000, 2_000, () -> toAndFro(group, all.part(0, 0))) / 2;
        seconds[BANDWIDTH] = median(5, 15, () -> toAndFro(group, large)) / 2;
        group.barrier();
      }
    } finally {
      storage.release();
    }
    return seconds;
  }

  /** From rank 0 to rank 1 and back. */
  private static void toAndFro(ProcessGroup group, Slice slice) {
    if (group.rank() == 0) {
      group.send(slice, 1);
      group.receive(slice, 1);
    } else if (group.rank() == 1) {
      group.receive(slice, 0);
      group.send(slice, 0);
    }
  }

  private static double median(int warmUp, int repeats, Runnable body) {
    double[] times = new double[repeats];
    for (int repeat = -warmUp; repeat < repeats; repeat++) {
      long start = System.nanoTime();
      body.run();
      if (repeat >= 0) {
        times[repeat] = (System.nanoTime() - start) * 1e-9;
      }
    }
    Arrays.sort(times);
    return times[times.length / 2];
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
    for (Size size : SIZES) {
      command.add(Integer.toString(size.bytes()));
    }
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    double[] seconds = worst();
    try (BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] fields = line.trim().split(" ");
        for (int i = 0; i < SIZES.size(); i++) {
          if (fields.length == 2 && fields[0].equals(Integer.toString(SIZES.get(i).bytes()))) {
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
