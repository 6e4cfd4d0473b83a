package ai.cresset.spark.launch;

import ai.cresset.parallel.launch.Progress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls listeners on a thread of its own: Spark's message loop must not wait for them. When they
 * are too slow, the oldest reports are dropped and counted.
 */
final class ProgressDispatcher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ProgressDispatcher.class);
  private static final int CAPACITY = 4096;

  private final List<Consumer<Progress>> listeners;
  private final Deque<Progress> queue = new ArrayDeque<>();
  private final Thread thread;
  private long dropped;
  private boolean closed;

  ProgressDispatcher(String launch, List<Consumer<Progress>> listeners) {
    this.listeners = listeners;
    this.thread = new Thread(this::dispatch, "cresset-progress-" + launch);
    thread.setDaemon(true);
    thread.start();
  }

  synchronized void accept(Progress progress) {
    if (queue.size() == CAPACITY) {
      queue.remove();
      dropped++;
    }
    queue.add(progress);
    notifyAll();
  }

  private void dispatch() {
    for (Progress next = take(); next != null; next = take()) {
      for (Consumer<Progress> listener : listeners) {
        try {
          listener.accept(next);
        } catch (RuntimeException e) {
          LOG.warn("a progress listener failed", e);
        }
      }
    }
  }

  private synchronized @Nullable Progress take() {
    boolean interrupted = false;
    while (queue.isEmpty() && !closed) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
        closed = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return queue.poll();
  }

  /** Ends when the listeners have heard all. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (dropped > 0) {
      LOG.warn("{} progress reports were dropped: the listeners are too slow", dropped);
    }
  }
}
