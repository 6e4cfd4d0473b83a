package ai.cresset.parallel.comm.store;

import java.time.Duration;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Small values under names, shared by the ranks of a job. Every wait has a deadline. Thread-safe.
 */
public interface Store extends AutoCloseable {
  /** Puts a value, replacing what was there. */
  void set(String key, byte[] value);

  /**
   * The value, once there is one.
   *
   * @throws ai.cresset.error.CommunicationException if none comes in time
   */
  byte[] get(String key, Duration atMost);

  /**
   * Adds to a counter, which starts at 0; its value is kept as decimal text.
   *
   * @return the new value
   */
  long add(String key, long amount);

  /**
   * Puts {@code desired} if the value is {@code expected}, or if there is none and {@code expected}
   * is null.
   *
   * @return the value afterwards; null if there is none
   */
  byte @Nullable [] compareAndSet(String key, byte @Nullable [] expected, byte[] desired);

  /**
   * Waits until all keys have values.
   *
   * @throws ai.cresset.error.CommunicationException naming the missing ones when the time is over
   */
  void await(Collection<String> keys, Duration atMost);

  /** Removes a value; false if there was none. */
  boolean delete(String key);

  @Override
  void close();
}
