package ai.cresset.parallel.comm.collective;

import ai.cresset.memory.Allocator;
import ai.cresset.memory.Storage;
import ai.cresset.parallel.comm.channel.Channel;
import ai.cresset.parallel.comm.channel.Poller;
import ai.cresset.type.DType;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the algorithms of one group share: a channel to each peer, what waits for them, scratch
 * memory and the reducer. Used by one operation at a time.
 */
public final class Links implements AutoCloseable {
  private final int rank;
  private final List<@Nullable Channel> channels;
  private final Poller poller;
  private final Allocator allocator;
  private final int segmentBytes;
  private final long spinNanos;
  private final Runnable checkFailure;
  private final Reducer reducer = new Reducer();
  private final Storage scratch;

  /**
   * @param channels by rank; null at {@code rank}
   * @param checkFailure throws when the group has failed
   */
  public Links(
      int rank,
      List<@Nullable Channel> channels,
      Poller poller,
      Allocator allocator,
      int segmentBytes,
      long spinNanos,
      Runnable checkFailure) {
    this.rank = rank;
    this.channels = channels;
    this.poller = poller;
    this.allocator = allocator;
    this.segmentBytes = segmentBytes;
    this.spinNanos = spinNanos;
    this.checkFailure = checkFailure;
    this.scratch = allocator.allocate(Math.max(segmentBytes, Accumulator.SCRATCH_BYTES));
  }

  public int rank() {
    return rank;
  }

  public int size() {
    return channels.size();
  }

  Channel channel(int peer) {
    return Objects.requireNonNull(channels.get(peer), "a rank has no channel to itself");
  }

  Poller poller() {
    return poller;
  }

  Reducer reducer() {
    return reducer;
  }

  int segmentBytes() {
    return segmentBytes;
  }

  /** An even cut of {@code count} elements. */
  Chunks chunks(long count, DType dtype) {
    return Chunks.even(count, size(), segmentBytes / dtype.bytes());
  }

  /** A cut into parts of given lengths. */
  Chunks chunks(long[] counts, DType dtype) {
    return Chunks.of(counts, segmentBytes / dtype.bytes());
  }

  long spinNanos() {
    return spinNanos;
  }

  /** Small scratch memory: a segment, or what recursive doubling needs. */
  long scratch() {
    return scratch.address();
  }

  /** Scratch memory for one operation; the caller releases it. */
  Storage allocate(long bytes) {
    return allocator.allocate(bytes);
  }

  void checkFailure() {
    checkFailure.run();
  }

  @Override
  public void close() {
    scratch.release();
  }
}
