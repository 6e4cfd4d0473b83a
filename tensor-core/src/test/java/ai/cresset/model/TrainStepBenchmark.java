package ai.cresset.model;

import ai.cresset.error.ConfigException;
import ai.cresset.memory.Scope;
import ai.cresset.optim.AdamW;
import ai.cresset.optim.Optimizer;
import ai.cresset.optim.ParameterGroup;
import ai.cresset.profile.OpSummary;
import ai.cresset.profile.Profiler;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Tensor;
import java.io.IOException;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Samples trained per second: forward, loss, backward and AdamW on random data, the loss read each
 * step. Prints {@code name value samples/s}, the median of the steps after three of warm-up. With a
 * peer, PyTorch and this take turns on the same workload; then {@code pytorch_name value samples/s}
 * and {@code name_ratio value x} follow, the median of the turns' ratios, above 1 where this is
 * faster, and at the end {@code geometric_mean value x} of all workloads.
 *
 * <p>Usage: {@code TrainStepBenchmark [--seconds S] [--peer PYTHON] [--profile] [workload ...]}
 * with the workloads of {@link TrainWorkload}. The number of threads is the process's ({@code
 * OMP_NUM_THREADS}), for the peer too. With {@code --profile} where the time goes is printed
 * instead: each operation with its own time in milliseconds of a step.
 */
public final class TrainStepBenchmark {
  /**
   * Rounds begin once the JVM takes less than this part of the time to compile: its compilers take
   * processor time that a job of some minutes has back.
   */
  private static final double COMPILING = 0.03;

  private static final double WARM_UP_SECONDS = 1;
  private static final int MOST_WARM_UPS = 60;
  private static final int FEWEST_STEPS = 3;
  private static final int ROUNDS = 7;

  private TrainStepBenchmark() {}

  /** What to measure, for how long, and beside whom. */
  private record Options(
      List<String> workloads,
      double seconds,
      @Nullable String python,
      @Nullable String djl,
      boolean profile) {
    static Options parse(String[] arguments) {
      List<String> names = new ArrayList<>();
      double seconds = 6;
      String python = null;
      String djl = null;
      boolean profile = false;
      for (int i = 0; i < arguments.length; i++) {
        String word = arguments[i];
        if (!word.startsWith("--")) {
          names.add(word);
          continue;
        }
        if (word.equals("--profile")) {
          profile = true;
          continue;
        }
        if (++i == arguments.length) {
          throw ConfigException.because(word + " needs a value");
        }
        switch (word) {
          case "--seconds" -> seconds = positive(arguments[i]);
          case "--peer" -> python = arguments[i];
          case "--djl" -> djl = arguments[i];
          default -> throw ConfigException.because("unknown option " + word);
        }
      }
      for (String name : names) {
        if (!TrainWorkload.names().contains(name)) {
          throw ConfigException.value(
              "workload", "'" + name + "'", "one of " + String.join(", ", TrainWorkload.names()));
        }
      }
      return new Options(
          names.isEmpty() ? TrainWorkload.names() : names, seconds, python, djl, profile);
    }

    private static double positive(String text) {
      try {
        double value = Double.parseDouble(text);
        if (value > 0) {
          return value;
        }
      } catch (NumberFormatException e) {
        // refused below
      }
      throw ConfigException.value("--seconds", "'" + text + "'", "a number above 0");
    }
  }

  public static void main(String[] arguments) throws IOException {
    try {
      Options options = Options.parse(arguments);
      List<PeerSteps> peers = new ArrayList<>();
      Map<String, List<Double>> ratios = new LinkedHashMap<>();
      try {
        start(options, peers);
        for (String name : options.workloads()) {
          if (options.profile()) {
            profile(name, options.seconds());
          } else {
            measure(name, options.seconds(), peers, ratios);
          }
        }
        ratios.forEach(
            (peer, each) -> print(prefix(peer) + "geometric_mean %.2f x%n", geometricMean(each)));
      } finally {
        peers.forEach(PeerSteps::close);
      }
    } catch (ConfigException e) {
      System.err.println("error: " + e.getMessage());
      System.exit(2);
    }
  }

  private static void start(Options options, List<PeerSteps> peers) throws IOException {
    if (options.python() != null) {
      String threads = System.getenv().getOrDefault("OMP_NUM_THREADS", "1");
      Path script =
          Path.of(System.getProperty("cresset.home", ".")).resolve("tests/peers/train_steps.py");
      peers.add(PeerSteps.pytorch(options.python(), script, Integer.parseInt(threads)));
    }
    if (options.djl() != null) {
      peers.add(PeerSteps.djl(options.djl()));
    }
  }

  /** The turns of one peer: all its steps, and by how much it took longer in each turn. */
  private record Turns(List<Double> steps, List<Double> ratios) {}

  private static void measure(
      String name, double seconds, List<PeerSteps> peers, Map<String, List<Double>> ratios)
      throws IOException {
    Generator.use(new Generator(0));
    TrainWorkload workload = TrainWorkload.of(name);
    Optimizer optimizer =
        new AdamW(ParameterGroup.single(workload.model().namedParameters()), AdamW.config(1e-3));
    warmUp(name, workload, optimizer, peers);
    List<Double> ours = new ArrayList<>();
    Map<String, Turns> theirs = new LinkedHashMap<>();
    // In turns, so that all see the same machine; its speed changes from one to the next.
    for (int round = 0; round < ROUNDS; round++) {
      List<Double> own = new ArrayList<>();
      train(workload, optimizer, seconds / ROUNDS, own);
      ours.addAll(own);
      for (PeerSteps peer : peers) {
        Turns turns =
            theirs.computeIfAbsent(
                peer.name(), key -> new Turns(new ArrayList<>(), new ArrayList<>()));
        List<Double> steps = peer.train(name, seconds / ROUNDS);
        turns.steps().addAll(steps);
        turns.ratios().add(median(steps) / median(own));
      }
    }
    print(name + " %.1f samples/s%n", workload.batch() / median(ours));
    theirs.forEach(
        (peer, turns) -> {
          double ratio = median(turns.ratios());
          print(peer + "_" + name + " %.1f samples/s%n", workload.batch() / median(turns.steps()));
          print(name + "_" + prefix(peer) + "ratio %.2f x%n", ratio);
          ratios.computeIfAbsent(peer, key -> new ArrayList<>()).add(ratio);
        });
    optimizer.close();
    workload.model().close();
  }

  private static void warmUp(
      String name, TrainWorkload workload, Optimizer optimizer, List<PeerSteps> peers)
      throws IOException {
    CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
    double compiling = 1;
    for (int i = 0; i < MOST_WARM_UPS && compiling > COMPILING; i++) {
      long before = compiler.getTotalCompilationTime();
      long start = System.nanoTime();
      train(workload, optimizer, WARM_UP_SECONDS, new ArrayList<>());
      double milliseconds = (System.nanoTime() - start) / 1e6;
      compiling = (compiler.getTotalCompilationTime() - before) / milliseconds;
    }
    for (PeerSteps peer : peers) {
      peer.train(name, WARM_UP_SECONDS);
    }
  }

  /** The first peer's figures need no name. */
  private static String prefix(String peer) {
    return peer.equals("pytorch") ? "" : peer + "_";
  }

  private static double geometricMean(List<Double> values) {
    return Math.exp(values.stream().mapToDouble(Math::log).average().orElse(0));
  }

  /** Prints the operations of a step, that with the most time of its own first. */
  private static void profile(String name, double seconds) {
    Generator.use(new Generator(0));
    TrainWorkload workload = TrainWorkload.of(name);
    Optimizer optimizer =
        new AdamW(ParameterGroup.single(workload.model().namedParameters()), AdamW.config(1e-3));
    train(workload, optimizer, seconds, new ArrayList<>());
    List<Double> times = new ArrayList<>();
    List<OpSummary> operations;
    try (Profiler profiler = Profiler.start()) {
      train(workload, optimizer, seconds, times);
      operations = profiler.summaries();
    }
    double steps = times.size();
    double all = times.stream().mapToDouble(Double::doubleValue).sum();
    System.out.printf(
        Locale.ROOT, "%s: %.2f ms per step, %d steps%n", name, all / steps * 1e3, times.size());
    System.out.printf("%-28s %10s %12s %7s%n", "operation", "calls/step", "ms/step", "share");
    double known = 0;
    for (OpSummary each : operations) {
      double own = each.selfNanos() / 1e9;
      known += own;
      if (own / all > 0.002) {
        line(each.name(), each.calls() / steps, own / steps, own / all);
      }
    }
    line("(outside of operations)", 0, (all - known) / steps, 1 - known / all);
    optimizer.close();
    workload.model().close();
  }

  private static void line(String name, double calls, double seconds, double share) {
    System.out.printf(
        Locale.ROOT, "%-28s %10.1f %12.3f %6.1f%%%n", name, calls, seconds * 1e3, share * 100);
  }

  private static void train(
      TrainWorkload workload, Optimizer optimizer, double seconds, List<Double> times) {
    long begin = System.nanoTime();
    for (int i = 0; i < FEWEST_STEPS || System.nanoTime() - begin < seconds * 1e9; i++) {
      long start = System.nanoTime();
      step(workload, optimizer);
      times.add((System.nanoTime() - start) / 1e9);
    }
  }

  private static double median(List<Double> times) {
    return times.stream().sorted().toList().get(times.size() / 2);
  }

  private static void print(String format, double value) {
    System.out.printf(Locale.ROOT, format, value);
  }

  private static double step(TrainWorkload workload, Optimizer optimizer) {
    try (Scope scope = Scope.open("step")) {
      optimizer.zeroGrad();
      Tensor loss = workload.loss().get();
      loss.backward();
      optimizer.step();
      return loss.item();
    }
  }
}
