package ai.cresset.parallel.data;

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
import ai.cresset.tensor.Tensor;
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
 * <p>Usage: {@code DataParallelBenchmark [--ranks N] [--seconds S] [workload ...]}; seconds are for
 * a workload's rounds.
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
      int seconds = 20;
      List<String> names = new ArrayList<>();
      for (int i = 0; i < arguments.length; i++) {
        String value = i + 1 < arguments.length ? arguments[i + 1] : "";
        switch (arguments[i]) {
          case "--ranks" -> {
            ranks = whole("--ranks", value);
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
        measure(name, ranks, seconds);
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

  private static void measure(String name, int ranks, int seconds) {
    List<Times> all =
        new LocalProcessLauncher(LaunchOptions.of(ranks).withJvmArguments(List.of("-Xmx512m")))
            .launch(
                context -> {
                  try (ProcessGroup group = context.connect(CommOptions.defaults());
                      Scope inputs = Scope.open("inputs")) {
                    return rounds(name, group, seconds);
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

  private static Times rounds(String name, ProcessGroup group, int seconds) {
    TrainWorkload single = TrainWorkload.of(name);
    TrainWorkload replica = TrainWorkload.of(name);
    try (Module first = single.model();
        Module second = replica.model();
        Optimizer own = new AdamW(first.namedParameters(), 1e-3);
        Optimizer shared = new AdamW(second.namedParameters(), 1e-3);
        DataParallel parallel =
            new DataParallel(
                second.parameters(),
                List.copyOf(second.namedBuffers().values()),
                group,
                DataParallelOptions.DEFAULT)) {
      Runnable alone = () -> step(single, own);
      Runnable together = () -> step(replica, shared, parallel);
      // The group waits for what its members do alone.
      Runnable wait = group::barrier;
      int steps = FEWEST;
      double fastest = Double.POSITIVE_INFINITY;
      for (int warmUp = 0, same = 0; warmUp < MOST_WARM_UPS && same < SETTLED; warmUp++) {
        double both = seconds(steps, alone, wait) + seconds(steps, together, wait);
        double step = parallel.sum(both)[0] / group.size() / 2;
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

  private static void step(TrainWorkload workload, Optimizer optimizer, DataParallel parallel) {
    try (Scope scope = Scope.open("step")) {
      parallel.beginStep();
      Tensor loss = workload.loss().get();
      loss.backward();
      parallel.finishStep(loss.item(), 1);
      optimizer.step();
    }
  }
}
