package ai.cresset.spark.launch;

import ai.cresset.spark.resource.WorkerResources;
import java.io.Serializable;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.BarrierTaskInfo;
import org.apache.spark.SparkEnv;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What runs in each barrier task. It carries the job secret: its text form never shows it.
 *
 * @param <T> what the partition consists of
 */
final class WorkerTask<T, R extends Serializable> implements Serializable {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerTask.class);
  private static final Duration PRECEDENCE = Duration.ofSeconds(2);

  private final FeedWorker<T, R> worker;
  private final String launch;
  private final int attempt;
  private final byte[] secret;
  private final boolean encrypt;
  private final boolean ranksByAddress;
  private final int sharedCores;

  /** A rank's result on its way back. */
  record RankResult(int rank, Serializable value) implements Serializable {}

  /**
   * A task.
   *
   * @param ranksByAddress whether ranks follow addresses rather than partitions
   * @param sharedCores as for {@link WorkerResources#of}
   */
  WorkerTask(
      FeedWorker<T, R> worker,
      String launch,
      int attempt,
      byte[] secret,
      boolean encrypt,
      boolean ranksByAddress,
      int sharedCores) {
    this.worker = worker;
    this.launch = launch;
    this.attempt = attempt;
    this.secret = secret;
    this.encrypt = encrypt;
    this.ranksByAddress = ranksByAddress;
    this.sharedCores = sharedCores;
  }

  Iterator<RankResult> run(Iterator<T> rows) {
    BarrierTaskContext task = BarrierTaskContext.get();
    BarrierRendezvous rendezvous = new BarrierRendezvous(task, placement(task), attempt);
    String host = SparkEnv.get().blockManager().blockManagerId().host();
    String where = host + " (executor " + SparkEnv.get().executorId() + ")";
    int rank = rendezvous.rank();
    LOG.info("rank {} of {} begins attempt {} on {}", rank, rendezvous.worldSize(), attempt, where);
    try (DriverChannel driver = new DriverChannel(launch);
        Watchdog watchdog = new Watchdog("rank-" + rank, task::isInterrupted)) {
      SparkWorkerContext context =
          new SparkWorkerContext(
              launch,
              rendezvous,
              WorkerResources.of(task, sharedCores),
              secret,
              encrypt,
              host,
              watchdog,
              driver);
      try {
        return List.of(new RankResult(rank, worker.run(context, rows))).iterator();
      } catch (Throwable e) {
        WorkerFailure failure =
            WorkerFailure.of(e, rank, where, context.lastStep(), task.isInterrupted());
        LOG.error("attempt {} failed: {}", attempt, failure.getMessage());
        driver.send(new WorkerMessage.Failed(launch, attempt, failure));
        watchdog.close();
        if (failure.isSecondary()) {
          giveWay(task);
        }
        throw failure;
      }
    }
  }

  /**
   * Lets the worker that failed first be the first that Spark hears of: it ends all other tasks
   * then, whose own words are lost.
   */
  private static void giveWay(BarrierTaskContext task) {
    long deadline = System.nanoTime() + PRECEDENCE.toNanos();
    try {
      while (!task.isInterrupted() && System.nanoTime() < deadline) {
        Thread.sleep(50);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private RankPlacement placement(BarrierTaskContext task) {
    BarrierTaskInfo[] infos = task.getTaskInfos();
    int worldSize = task.numPartitions();
    if (!ranksByAddress || infos.length != worldSize) {
      return RankPlacement.identity(worldSize);
    }
    String[] addresses = new String[worldSize];
    for (int i = 0; i < worldSize; i++) {
      addresses[i] = infos[i].address();
    }
    return RankPlacement.byAddress(addresses);
  }

  @Override
  public String toString() {
    return "worker of launch " + launch + ", attempt " + attempt;
  }
}
