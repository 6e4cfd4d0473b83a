package ai.cresset.parallel.strategy;

import ai.cresset.error.ConfigException;
import ai.cresset.error.CressetException;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.Scope;
import ai.cresset.model.Gpt;
import ai.cresset.model.GptConfig;
import ai.cresset.nn.recompute.RecomputePlan;
import ai.cresset.optim.Adam;
import ai.cresset.optim.Optimizer;
import ai.cresset.parallel.comm.CommOptions;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.launch.LaunchOptions;
import ai.cresset.parallel.launch.ThreadLauncher;
import ai.cresset.parallel.mesh.ParallelDims;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Tensor;
import ai.cresset.train.LossSum;
import ai.cresset.train.Strategy;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;

/**
 * Bytes of a rank that trains a language model with Adam, as its allocator counts them, for each
 * way to divide the model. Prints {@code name value unit} lines: {@code NAME_state} is what lies
 * there between two steps and {@code NAME_formula} what it should be, both for each parameter;
 * {@code NAME_peak} the most that lay there in a step, {@code NAME_activations} what a forward pass
 * left for backward, in MB; {@code NAME_fits} is 1 where a rank that may hold {@code --budget}
 * bytes for each parameter finishes a step.
 *
 * <p>Usage: {@code ParallelMemoryBenchmark [--ranks N] [--budget BYTES]}.
 */
public final class ParallelMemoryBenchmark {
  private static final GptConfig CONFIG = GptConfig.of(256, 64, 12, 4, 128);
  private static final int BATCH = 4;

  /** Ranks are threads of one process, and each has an allocator of its own. */
  private static final int MOST_RANKS = 64;

  private ParallelMemoryBenchmark() {}

  /** A way to divide the model, and its bytes for each parameter on one of {@code n} ranks. */
  private enum Way {
    REPLICAS("replicas", 0, RecomputePlan.NONE),
    OPTIMIZER("zero1", 1, RecomputePlan.NONE),
    GRADIENTS("zero2", 2, RecomputePlan.NONE),
    PARAMETERS("zero3", 3, RecomputePlan.NONE),
    SELECTIVE("zero3_selective", 3, RecomputePlan.SELECTIVE),
    FULL("zero3_full", 3, RecomputePlan.FULL);

    private final String key;
    private final int zero;

    @SuppressWarnings("ImmutableEnumChecker") // its kinds are records of constants
    private final RecomputePlan recompute;

    Way(String key, int zero, RecomputePlan recompute) {
      this.key = key;
      this.zero = zero;
      this.recompute = recompute;
    }

    ParallelOptions options(int ranks) {
      ParallelDims dims = zero == 0 ? ParallelDims.of(ranks, 1) : ParallelDims.of(1, ranks);
      return ParallelOptions.of(dims, zero).withRecompute(recompute);
    }

    /**
     * Parameters and gradients of 4 bytes each, moments of 8; a part's gradient outlives a step.
     */
    double formula(double n) {
      return switch (zero) {
        case 0 -> 16;
        case 3 -> 16 / n;
        default -> 4 + 12 / n;
      };
    }
  }

  /** What a rank saw, in bytes. */
  private record Seen(long parameters, long state, long peak, long activations)
      implements Serializable {}

  public static void main(String[] arguments) {
    try {
      int ranks = 4;
      double budget = 10;
      for (int i = 0; i < arguments.length; i += 2) {
        String value = i + 1 < arguments.length ? arguments[i + 1] : "";
        switch (arguments[i]) {
          case "--ranks" -> ranks = (int) number("--ranks", value, 2, MOST_RANKS);
          case "--budget" -> budget = number("--budget", value, 1, 1000);
          default ->
              throw ConfigException.because(
                  "unknown option " + arguments[i] + "; known are --ranks, --budget");
        }
      }
      measure(ranks, budget);
    } catch (ConfigException e) {
      System.err.println("error: " + e.getMessage());
      System.exit(2);
    }
  }

  private static double number(String key, String text, int least, int most) {
    if (!text.matches("[0-9]{1,4}(\\.[0-9]+)?")
        || Double.parseDouble(text) < least
        || Double.parseDouble(text) > most) {
      throw ConfigException.value(key, "'" + text + "'", "a number from " + least + " to " + most);
    }
    return Double.parseDouble(text);
  }

  private static void measure(int ranks, double budget) {
    for (Way way : Way.values()) {
      Seen seen = run(way, ranks, Long.MAX_VALUE);
      double parameters = seen.parameters();
      print(way, "state", seen.state() / parameters, "bytes/parameter");
      print(way, "formula", way.formula(ranks), "bytes/parameter");
      print(way, "peak", seen.peak() / 1e6, "MB");
      print(way, "activations", seen.activations() / 1e6, "MB");
      boolean fits = fits(way, ranks, (long) (budget * parameters));
      System.out.println(way.key + "_fits " + (fits ? 1 : 0));
    }
  }

  private static void print(Way way, String figure, double value, String unit) {
    System.out.printf(Locale.ROOT, "%s_%s %.2f %s%n", way.key, figure, value, unit);
  }

  private static boolean fits(Way way, int ranks, long budget) {
    try {
      run(way, ranks, budget);
      return true;
    } catch (CressetException e) {
      if (!String.valueOf(e.getMessage()).contains("memory")) {
        throw e;
      }
      return false;
    }
  }

  /** The figures of the rank that held most. */
  private static Seen run(Way way, int ranks, long budget) {
    List<Seen> all =
        new ThreadLauncher(LaunchOptions.of(ranks))
            .launch(
                context -> {
                  try (ProcessGroup world = context.connect(CommOptions.defaults());
                      Allocator allocator = Allocator.create("rank", budget);
                      Allocator.Binding bound = allocator.bind();
                      Gpt model = new Gpt(CONFIG);
                      Parallelize parallel = Parallelize.apply(model, world, way.options(ranks));
                      Optimizer optimizer = parallel.optimizer(leaves -> new Adam(leaves, 0.001))) {
                    long parameters = model.numParameters();
                    parallel.strategy().prepare(model);
                    step(model, parallel.strategy(), optimizer);
                    allocator.resetPeak();
                    long activations = step(model, parallel.strategy(), optimizer);
                    return new Seen(
                        parameters,
                        allocator.statistics().liveBytes(),
                        allocator.statistics().peakBytes(),
                        activations);
                  }
                });
    long state = all.stream().mapToLong(Seen::state).max().orElseThrow();
    long peak = all.stream().mapToLong(Seen::peak).max().orElseThrow();
    long activations = all.stream().mapToLong(Seen::activations).max().orElseThrow();
    return new Seen(all.get(0).parameters(), state, peak, activations);
  }

  /** Trains a step; what its forward pass left for backward, in bytes. */
  private static long step(Gpt model, Strategy strategy, Optimizer optimizer) {
    try (Scope scope = Scope.open("step")) {
      strategy.beginStep();
      long length = CONFIG.contextLength();
      Tensor tokens = Tensor.arange(BATCH * length).reshape(BATCH, length);
      long before = Allocator.current().statistics().liveBytes();
      Loss loss = model.loss(tokens, tokens);
      long left = Allocator.current().statistics().liveBytes() - before;
      strategy.backward(loss, true);
      strategy.finishStep(new LossSum(loss.sum().item(), loss.weight()));
      optimizer.step();
      return left;
    }
  }
}
