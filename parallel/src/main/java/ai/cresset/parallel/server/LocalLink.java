package ai.cresset.parallel.server;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** The way to the server in the worker's own process: a call. */
final class LocalLink implements ServerLink {
  private final ServerShard shard;
  private final int worker;
  private final @Nullable ExecutorService thread;
  private long sequence;

  /**
   * A link.
   *
   * @param ahead whether requests may have to wait for the worker's own later ones, and so need a
   *     thread of their own
   */
  LocalLink(ServerShard shard, int worker, boolean ahead) {
    this.shard = shard;
    this.worker = worker;
    this.thread =
        ahead
            ? Executors.newSingleThreadExecutor(
                work -> {
                  Thread made = new Thread(work, "parameter-reads-" + worker);
                  made.setDaemon(true);
                  return made;
                })
            : null;
    if (!ahead
        && shard.handle(worker, 0, new Request.Attach(-1, 0)) instanceof Response.Attached at) {
      sequence = at.sequence();
    }
  }

  @Override
  public CompletableFuture<Response> submit(Request request) {
    if (thread != null) {
      return CompletableFuture.supplyAsync(() -> shard.handle(worker, 0, request), thread);
    }
    synchronized (this) {
      long number = request.changes() ? ++sequence : 0;
      return CompletableFuture.completedFuture(shard.handle(worker, number, request));
    }
  }

  @Override
  public void standsAt(long clock) {}

  @Override
  public long bytesSent() {
    return 0;
  }

  @Override
  public long bytesReceived() {
    return 0;
  }

  @Override
  public void close() {
    if (thread != null) {
      thread.shutdownNow();
    }
  }
}
