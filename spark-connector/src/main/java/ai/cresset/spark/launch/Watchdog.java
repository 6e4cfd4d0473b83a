package ai.cresset.spark.launch;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches whether Spark wants a task to end, and then closes what it may be blocked in: sockets and
 * native calls do not notice otherwise, and a task that lives on keeps its slot from the next
 * attempt.
 */
final class Watchdog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);
  private static final long INTERVAL_MILLIS = 100;

  private final Deque<AutoCloseable> resources = new ArrayDeque<>();
  private final Thread thread;
  private boolean closed;

  /**
   * Begins to watch.
   *
   * @param interrupted whether the task shall end
   */
  Watchdog(String name, BooleanSupplier interrupted) {
    thread = new Thread(() -> watch(interrupted), "cresset-watchdog-" + name);
    thread.setDaemon(true);
    thread.start();
  }

  private void watch(BooleanSupplier interrupted) {
    try {
      while (!interrupted.getAsBoolean()) {
        Thread.sleep(INTERVAL_MILLIS);
      }
      closeResources();
    } catch (InterruptedException e) {
      // the task ended before
    }
  }

  /** Adds something to close; it is closed at once if it comes too late. */
  void add(AutoCloseable resource) {
    synchronized (resources) {
      if (!closed) {
        resources.push(resource);
        return;
      }
    }
    close(resource);
  }

  private void closeResources() {
    while (true) {
      AutoCloseable next;
      synchronized (resources) {
        closed = true;
        next = resources.poll();
      }
      if (next == null) {
        return;
      }
      close(next);
    }
  }

  private static void close(AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception e) {
      LOG.warn("closing {} at the end of a worker failed", resource, e);
    }
  }

  /** Stops watching and closes the resources, the last one first. */
  @Override
  public void close() {
    thread.interrupt();
    closeResources();
  }
}
