package ai.cresset.parallel.comm.store;

import ai.cresset.error.CommunicationException;
import ai.cresset.parallel.comm.channel.Deadline;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A store in this process. */
public final class MemoryStore implements Store {
  private final Map<String, byte[]> values = new HashMap<>();
  private boolean closed;

  @Override
  public synchronized void set(String key, byte[] value) {
    checkOpen();
    values.put(key, value.clone());
    notifyAll();
  }

  @Override
  public synchronized byte[] get(String key, Duration atMost) {
    await(List.of(key), atMost);
    return Objects.requireNonNull(values.get(key)).clone();
  }

  @Override
  public synchronized long add(String key, long amount) {
    checkOpen();
    byte[] before = values.get(key);
    long value = amount;
    if (before != null) {
      String text = new String(before, StandardCharsets.UTF_8);
      try {
        value += Long.parseLong(text);
      } catch (NumberFormatException e) {
        throw CommunicationException.because(
            "store: '" + key + "' is no counter, its value is '" + text + "'");
      }
    }
    values.put(key, Long.toString(value).getBytes(StandardCharsets.UTF_8));
    notifyAll();
    return value;
  }

  @Override
  public synchronized byte @Nullable [] compareAndSet(
      String key, byte @Nullable [] expected, byte[] desired) {
    checkOpen();
    byte[] before = values.get(key);
    if (Arrays.equals(before, expected)) {
      values.put(key, desired.clone());
      notifyAll();
      return desired.clone();
    }
    return before == null ? null : before.clone();
  }

  @Override
  public synchronized void await(Collection<String> keys, Duration atMost) {
    Deadline deadline = Deadline.after(atMost);
    while (true) {
      checkOpen();
      List<String> missing = keys.stream().filter(key -> !values.containsKey(key)).toList();
      if (missing.isEmpty()) {
        return;
      }
      if (deadline.isOver()) {
        throw CommunicationException.because(
            "store: no value for " + missing + " within " + deadline.text());
      }
      try {
        wait(Math.max(1, deadline.remainingNanos() / 1_000_000));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw CommunicationException.because("store: interrupted while waiting for " + missing, e);
      }
    }
  }

  @Override
  public synchronized boolean delete(String key) {
    checkOpen();
    return values.remove(key) != null;
  }

  private void checkOpen() {
    if (closed) {
      throw CommunicationException.because("store: it is closed");
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    notifyAll();
  }
}
