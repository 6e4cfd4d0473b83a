package ai.cresset.tests.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Waits for something to appear in a directory, and looks whenever a file there changes. */
public final class DirectoryWatch {
  /** Looks for what is awaited. */
  @FunctionalInterface
  public interface Look<T> {
    /** What was found; null if it is not there yet. */
    @Nullable T look() throws IOException;
  }

  private DirectoryWatch() {}

  /**
   * Waits until {@code look} finds something.
   *
   * @param directory exists
   * @param what for the message when it does not come
   */
  public static <T> T await(Path directory, String what, Duration timeout, Look<T> look)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    try (WatchService changes = directory.getFileSystem().newWatchService()) {
      directory.register(
          changes, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY);
      while (true) {
        T found = look.look();
        if (found != null) {
          return found;
        }
        WatchKey key = changes.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (key == null) {
          throw new AssertionError(what + " did not come within " + timeout.toSeconds() + " s");
        }
        key.pollEvents();
        key.reset();
      }
    }
  }
}
