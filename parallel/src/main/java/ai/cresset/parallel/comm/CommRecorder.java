package ai.cresset.parallel.comm;

import ai.cresset.parallel.comm.collective.Fingerprint;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a group has done last: an oracle for tests, and a flight recorder whose end is part of every
 * error message. Thread-safe.
 */
public final class CommRecorder {
  private final int capacity;
  private final ArrayDeque<Entry> entries = new ArrayDeque<>();
  private long total;
  private long totalBytes;
  private long totalSentBytes;
  private long totalReceivedBytes;

  CommRecorder(int capacity) {
    this.capacity = capacity;
  }

  /**
   * One operation.
   *
   * @param operation what it was
   * @param bytes payload of this rank
   * @param sentBytes what this rank gave to its channels, 32 bytes for each message included
   * @param receivedBytes what it took from its channels, counted likewise
   * @param submittedNanos when it was asked for, on the clock of {@link System#nanoTime}
   * @param startNanos when its first byte could move
   * @param endNanos when it was over
   * @param thread the thread that carried it out
   * @param failed whether it failed
   */
  public record Entry(
      Fingerprint operation,
      long bytes,
      long sentBytes,
      long receivedBytes,
      long submittedNanos,
      long startNanos,
      long endNanos,
      String thread,
      boolean failed) {
    @Override
    public String toString() {
      return operation
          + ", "
          + bytes
          + " bytes, "
          + sentBytes
          + " sent, "
          + receivedBytes
          + " received, "
          + (endNanos - startNanos) / 1000
          + " us on "
          + thread
          + (failed ? ", failed" : "");
    }
  }

  synchronized void add(Entry entry) {
    if (entries.size() == capacity) {
      entries.removeFirst();
    }
    entries.addLast(entry);
    total++;
    totalBytes += entry.bytes();
    totalSentBytes += entry.sentBytes();
    totalReceivedBytes += entry.receivedBytes();
  }

  /** The operations still remembered, oldest first. */
  public synchronized List<Entry> entries() {
    return new ArrayList<>(entries);
  }

  /** Operations so far, also those no longer remembered. */
  public synchronized long total() {
    return total;
  }

  /** Payload bytes of this rank in all of them. */
  public synchronized long totalBytes() {
    return totalBytes;
  }

  /** What all of them gave to channels. */
  public synchronized long totalSentBytes() {
    return totalSentBytes;
  }

  /** What all of them took from channels. */
  public synchronized long totalReceivedBytes() {
    return totalReceivedBytes;
  }

  /** Remembered operations of one kind. */
  public synchronized long count(Fingerprint.Kind kind) {
    return entries.stream().filter(entry -> entry.operation().kind() == kind).count();
  }

  /** Forgets everything. */
  public synchronized void clear() {
    entries.clear();
    total = 0;
    totalBytes = 0;
    totalSentBytes = 0;
    totalReceivedBytes = 0;
  }

  /** The last operations as lines of text. */
  public synchronized String dump(int last) {
    return entries.stream()
        .skip(Math.max(0, entries.size() - last))
        .map(entry -> "\n  " + entry)
        .collect(Collectors.joining());
  }
}
