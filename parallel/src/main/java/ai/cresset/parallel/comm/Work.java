package ai.cresset.parallel.comm;

import java.time.Duration;
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
}
