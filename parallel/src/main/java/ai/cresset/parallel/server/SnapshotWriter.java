package ai.cresset.parallel.server;

import ai.cresset.error.CressetException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that writes the snapshots of a server, one after the other, while the server goes on.
 */
final class SnapshotWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotWriter.class);
  private static final Duration GRACE = Duration.ofMinutes(1);

  private final int server;
  private final ExecutorService thread;

  SnapshotWriter(int server) {
    this.server = server;
    this.thread =
        Executors.newSingleThreadExecutor(
            work -> {
              Thread made = new Thread(work, "parameter-snapshots-" + server);
              made.setDaemon(true);
              return made;
            });
  }

  /** Writes later; a failure is in the result, and logged. */
  CompletableFuture<Void> submit(Runnable write) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            write.run();
          } catch (CressetException e) {
            LOG.warn("server {} could not store its rows and goes on: {}", server, e.getMessage());
            throw e;
          }
        },
        thread);
  }

  /** Waits for what is under way. */
  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("server {} leaves a snapshot unfinished", server);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
