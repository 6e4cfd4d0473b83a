package ai.cresset.parallel.strategy;

import ai.cresset.error.ConfigException;
import ai.cresset.memory.Scope;
import ai.cresset.model.TrainWorkload;
import ai.cresset.nn.Module;
import ai.cresset.optim.AdamW;
import ai.cresset.optim.Optimizer;
import ai.cresset.parallel.comm.CommOptions;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.launch.LaunchOptions;
import ai.cresset.parallel.launch.LocalProcessLauncher;
import ai.cresset.parallel.mesh.ParallelDims;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Tensor;
import ai.cresset.train.LossSum;
import ai.cresset.train.Strategy;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What communication costs: processes of this machine train alone and as replicas by turns, each
 * with as many threads as OMP_NUM_THREADS says. Prints for each workload {@code name_alone} and
 * {@code name_replicas}, samples/s of all processes together, and {@code name_efficiency}, the
 * median of the rounds' ratios: 1 where communication costs nothing. Rounds begin once steps
 * stopped becoming faster: ranks that wait for each other suffer twice from a compiler beside them.
 *
 * <p>Usage: {@code DataParallelBenchmark [--ranks N] [--zero 0|1|2|3] [--seconds S] [workload
 * ...]}; seconds are for a workload's rounds, and {@code --zero} says what the replicas share of
 * their state, nothing by default.
 */
public final class DataParallelBenchmark {
  private static final int ROUNDS = 7;
  private static final int FEWEST = 3;
  private static final int MOST_WARM_UPS = 20;

  /** So many rounds in a row that are not faster by more than a fiftieth end the warm-up. */
  private static final int SETTLED = 3;

  private static final double SAME = 0.98;

  private DataParallelBenchmark() {}

  /** A rank's samples of a step, and its seconds for each, by round. */
  private record Times(int batch, double[] alone, double[] replicas) implements Serializable {}

  public static void main(String[] arguments) {
    try {
      int ranks = 2;
      int zero = 0;
      int seconds = 20;
      List<String> names = new ArrayList<>();
      for (int i = 0; i < arguments.length; i++) {
        String value = i + 1 < arguments.length ? arguments[i + 1] : "";
        switch (arguments[i]) {
          case "--ranks" -> {
            ranks = whole("--ranks", value);
            i++;
          }
          case "--zero" -> {
            zero = stage(value);
            i++;
          }
          case "--seconds" -> {
            seconds = whole("--seconds", value);
            i++;
          }
          default -> names.add(known(arguments[i]));
        }
      }
      for (String name : names.isEmpty() ? TrainWorkload.names() : names) {
        measure(name, ranks, zero, seconds);
      }
    } catch (ConfigException e) {
      System.err.println("error: " + e.getMessage());
      System.exit(2);
    }
  }

  private static String known(String name) {
    if (!TrainWorkload.names().contains(name)) {
      throw ConfigException.value(
          "workload", "'" + name + "'", "one of " + String.join(", ", TrainWorkload.names()));
    }
    return name;
  }

  private static int whole(String key, String text) {
    if (!text.matches("[1-9][0-9]{0,3}")) {
      throw ConfigException.value(key, "'" + text + "'", "a whole number from 1");
    }
    return Integer.parseInt(text);
  }

  private static int stage(String text) {
    if (!text.matches("[0-3]")) {
      throw ConfigException.value("--zero", "'" + text + "'", "0, 1, 2 or 3");
    }
    return Integer.parseInt(text);
  }

  private static ParallelOptions options(int ranks, int zero) {
    return ParallelOptions.of(
        zero == 0 ? ParallelDims.of(ranks, 1) : ParallelDims.of(1, ranks), zero);
  }

  private static void measure(String name, int ranks, int zero, int seconds) {
    List<Times> all =
        new LocalProcessLauncher(LaunchOptions.of(ranks).withJvmArguments(List.of("-Xmx512m")))
            .launch(
                context -> {
                  try (ProcessGroup group = context.connect(CommOptions.defaults());
                      Scope inputs = Scope.open("inputs")) {
                    return rounds(name, group, options(ranks, zero), seconds);
                  }
                });
    double[] alone = new double[ROUNDS];
    double[] replicas = new double[ROUNDS];
    double[] efficiency = new double[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      for (Times each : all) {
        alone[round] += all.get(0).batch() / each.alone()[round];
        replicas[round] += all.get(0).batch() / each.replicas()[round];
      }
      efficiency[round] = replicas[round] / alone[round];
    }
    System.out.printf(Locale.ROOT, "%s_alone %.1f samples/s%n", name, median(alone));
    System.out.printf(Locale.ROOT, "%s_replicas %.1f samples/s%n", name, median(replicas));
    System.out.printf(Locale.ROOT, "%s_efficiency %.3f x%n", name, median(efficiency));
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static Times rounds(
      String name, ProcessGroup group, ParallelOptions options, int seconds) {
    TrainWorkload single = TrainWorkload.of(name);
    TrainWorkload replica = TrainWorkload.of(name);
    try (Module first = single.model();
        Module second = replica.model();
        Optimizer own = new AdamW(first.namedParameters(), 1e-3);
        Parallelize parallel = Parallelize.apply(second, group, options);
        Optimizer shared = parallel.optimizer(parts -> new AdamW(parts, 1e-3))) {
      Strategy strategy = parallel.strategy();
      strategy.prepare(second);
      Runnable alone = () -> step(single, own);
      Runnable together = () -> step(replica, shared, strategy);
      // The group waits for what its members do alone.
      Runnable wait = group::barrier;
      int steps = FEWEST;
      double fastest = Double.POSITIVE_INFINITY;
      for (int warmUp = 0, same = 0; warmUp < MOST_WARM_UPS && same < SETTLED; warmUp++) {
        double both = seconds(steps, alone, wait) + seconds(steps, together, wait);
        double step = strategy.sum(both)[0] / group.size() / 2;
        same = step < SAME * fastest ? 0 : same + 1;
        fastest = Math.min(fastest, step);
        steps = (int) Math.max(FEWEST, seconds / step / ROUNDS / 2);
      }
      double[] aloneSeconds = new double[ROUNDS];
      double[] togetherSeconds = new double[ROUNDS];
      for (int round = 0; round < ROUNDS; round++) {
        aloneSeconds[round] = seconds(steps, alone, wait);
        togetherSeconds[round] = seconds(steps, together, wait);
      }
      return new Times(single.batch(), aloneSeconds, togetherSeconds);
    }
  }

  /** Seconds of one of these steps, once all ranks are ready. */
  private static double seconds(int steps, Runnable step, Runnable wait) {
    wait.run();
    long start = System.nanoTime();
    for (int i = 0; i < steps; i++) {
      step.run();
    }
    return (System.nanoTime() - start) * 1e-9 / steps;
  }

  private static void step(TrainWorkload workload, Optimizer optimizer) {
    try (Scope scope = Scope.open("step")) {
      optimizer.zeroGrad();
      Tensor loss = workload.loss().get();
      loss.backward();
      optimizer.step();
      loss.item();
    }
  }

  private static void step(TrainWorkload workload, Optimizer optimizer, Strategy strategy) {
    try (Scope scope = Scope.open("step")) {
      strategy.beginStep();
      Tensor loss = workload.loss().get();
      strategy.backward(new Loss(loss, 1), true);
      strategy.finishStep(new LossSum(loss.item(), 1));
      optimizer.step();
    }
  }
}
