package ai.cresset.jobs.recipe;

import ai.cresset.error.ConfigException;
import ai.cresset.jobs.config.Check;
import ai.cresset.parallel.server.Consistency;
import ai.cresset.parallel.server.RowOptimizer;
import java.io.Serializable;
import java.util.Locale;

/**
 * The section {@code servers}: where the vectors of ids are. There is a server beside each worker.
 *
 * @param consistency {@code synchronous}, {@code asynchronous}, or the number of steps that workers
 *     may be apart
 * @param optimizer what a server does with gradients
 * @param learningRate of the servers
 * @param initialDeviation of the first values of vectors
 * @param memoryMb what the rows of a server may take of its worker's Java heap
 * @param prefetch whether rows of the next batches are fetched while the one before is worked on
 * @param evictAfter rows that no step of so many used are removed, at each checkpoint; 0 for never
 * @param requestTimeoutSeconds how long a request may wait for the slowest worker
 */
public record ServerSettings(
    String consistency,
    OptimizerKind optimizer,
    double learningRate,
    double initialDeviation,
    int memoryMb,
    boolean prefetch,
    int evictAfter,
    int requestTimeoutSeconds)
    implements Serializable {
  private static final String SYNCHRONOUS = "synchronous";
  private static final String ASYNCHRONOUS = "asynchronous";

  public ServerSettings {
    boolean word = consistency.equals(SYNCHRONOUS) || consistency.equals(ASYNCHRONOUS);
    if (!word && !consistency.matches("[0-9]{1,9}")) {
      throw ConfigException.value(
          "servers.consistency",
          "'" + consistency + "'",
          "synchronous, asynchronous, or the number of steps that workers may be apart");
    }
    Check.positive("servers.learning_rate", learningRate);
    Check.positive("servers.initial_deviation", initialDeviation);
    Check.atLeast("servers.memory_mb", memoryMb, 1);
    Check.atLeast("servers.evict_after", evictAfter, 0);
    Check.atLeast("servers.request_timeout_seconds", requestTimeoutSeconds, 1);
  }

  /** What a server does with gradients. */
  public enum OptimizerKind {
    /** Gradient descent. */
    SGD,
    /** The gradient over the root of the sum of its squares. */
    ADAGRAD,
    /** The same with one sum for a row. */
    ROW_WISE_ADAGRAD,
    /** Adam. */
    ADAM,
    /** Follow the regularised leader. */
    FTRL
  }

  /** How far workers may be apart. */
  public Consistency apart() {
    return switch (consistency) {
      case SYNCHRONOUS -> Consistency.SYNCHRONOUS;
      case ASYNCHRONOUS -> Consistency.ASYNCHRONOUS;
      default -> Consistency.bounded(Long.parseLong(consistency));
    };
  }

  /** What a server does with gradients. */
  public RowOptimizer rowOptimizer() {
    return switch (optimizer) {
      case SGD -> new RowOptimizer.Sgd(learningRate);
      case ADAGRAD -> RowOptimizer.Adagrad.of(learningRate);
      case ROW_WISE_ADAGRAD -> RowOptimizer.RowWiseAdagrad.of(learningRate);
      case ADAM -> RowOptimizer.Adam.of(learningRate);
      case FTRL -> new RowOptimizer.Ftrl(learningRate, 1, 0, 0);
    };
  }

  @Override
  public String toString() {
    return optimizer.name().toLowerCase(Locale.ROOT) + ", " + apart();
  }
}
