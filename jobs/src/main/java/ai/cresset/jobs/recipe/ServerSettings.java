package ai.cresset.jobs.recipe;

import ai.cresset.error.ConfigException;
import ai.cresset.jobs.config.Check;
import ai.cresset.parallel.server.Consistency;
import ai.cresset.parallel.server.RowOptimizer;
import ai.cresset.parallel.server.ServerOptions;
import ai.cresset.parallel.server.TableSpec;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * The section {@code servers}: where the vectors of ids are.
 *
 * @param placement whether servers are beside the workers or on their own
 * @param count how many there are on their own; 0 beside the workers, where each has one
 * @param snapshotEvery steps between what servers on their own store by themselves, beside what
 *     they store with each checkpoint; 0 for nothing
 * @param consistency {@code synchronous}, {@code asynchronous}, or the number of steps that workers
 *     may be apart
 * @param optimizer what a server does with gradients
 * @param learningRate of the servers
 * @param initialDeviation of the first values of vectors
 * @param memoryMb what the rows of a server may take of its process's Java heap
 * @param prefetch whether rows of the next batches are fetched while the one before is worked on
 * @param evictAfter rows that no step of so many used are removed, at each checkpoint; 0 for never
 * @param requestTimeoutSeconds how long a request may wait for the slowest worker, and for a lost
 *     server on its own to come back
 */
public record ServerSettings(
    Placement placement,
    int count,
    int snapshotEvery,
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

  /** A server beside a lost worker does not come back: the whole attempt begins anew. */
  private static final Duration RECOVERY_BESIDE = Duration.ofSeconds(5);

  public ServerSettings {
    if (placement == Placement.OWN) {
      Check.atLeast("servers.count", count, 1);
      Check.atLeast("servers.snapshot_every", snapshotEvery, 0);
    } else if (count != 0) {
      throw ConfigException.value(
          "servers.count",
          count,
          "0, as each worker has one; with servers.placement=own, how many");
    } else if (snapshotEvery != 0) {
      throw ConfigException.value(
          "servers.snapshot_every",
          snapshotEvery,
          "0, as a server beside a worker goes with it; set train.checkpoint_every, or"
              + " servers.placement=own");
    }
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

  /** Where servers are. */
  public enum Placement {
    /** One in each worker's process. It goes with its worker, and comes back with it. */
    BESIDE,
    /**
     * In processes that only serve, each a Spark job of its own: one that is lost is started again
     * while the workers wait, and workers that are lost find the servers still there.
     */
    OWN
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

  /**
   * What servers and workers agree on.
   *
   * @param tables of the model
   * @param train says how many checkpoints are kept, and so how many snapshots
   */
  public ServerOptions options(List<TableSpec> tables, TrainSettings train) {
    Duration request = Duration.ofSeconds(requestTimeoutSeconds);
    return ServerOptions.of(tables)
        .withConsistency(apart())
        .withSeed(train.seed())
        .withMemoryBytes((long) memoryMb << 20)
        .withSnapshots(snapshotEvery, train.keepCheckpoints() + 1)
        .withTimeouts(request, placement == Placement.OWN ? request : RECOVERY_BESIDE);
  }

  @Override
  public String toString() {
    return optimizer.name().toLowerCase(Locale.ROOT) + ", " + apart();
  }
}
