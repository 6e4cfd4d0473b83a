package ai.cresset.parallel.comm;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A collective on its way. Its slices must not be written or read before {@link #await} returned;
 * their storage is retained until then.
 */
public interface Work {
  /**
   * Waits for the end.
   *
   * @throws ai.cresset.error.CommunicationException with the root cause if it failed
   */
  void await();

  /**
   * Waits at most this long. The collective itself goes on when the time is over.
   *
   * @throws ai.cresset.error.CommunicationException with the root cause if it failed, or when the
   *     time is over
   */
  void await(Duration atMost);

  /** Whether it has ended, well or not. */
  boolean isDone();

  /** Why it failed; null if it did not, or has not ended. */
  @Nullable RuntimeException error();

  /**
   * Waits for all of {@code works}, also after one failed.
   *
   * @throws ai.cresset.error.CommunicationException of the first that failed
   */
  static void awaitAll(List<? extends Work> works) {
    @Nullable RuntimeException first = null;
    for (Work work : works) {
      try {
        work.await();
      } catch (RuntimeException e) {
        if (first == null) {
          first = e;
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
