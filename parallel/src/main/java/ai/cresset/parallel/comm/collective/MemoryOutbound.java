package ai.cresset.parallel.comm.collective;

import ai.cresset.memory.NativeMemory;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Sends a piece of memory to a peer, if wished while it fills up from another one. */
final class MemoryOutbound extends Flow {
  private final long address;
  private final long bytes;
  private final int segmentBytes;
  private final @Nullable MemoryInbound source;
  private ByteBuffer buffer;
  private boolean headed;
  private long sent;

  /**
   * @param source what fills the memory; null if it is full already
   */
  MemoryOutbound(
      int peer,
      Fingerprint fingerprint,
      int segmentBytes,
      long address,
      long bytes,
      @Nullable MemoryInbound source) {
    super(peer);
    this.address = address;
    this.bytes = bytes;
    this.segmentBytes = segmentBytes;
    this.source = source;
    this.buffer = fingerprint.encode();
  }

  @Override
  @Nullable ByteBuffer buffer() {
    if (buffer.hasRemaining()) {
      return buffer;
    }
    long ready = source == null ? bytes : source.filled();
    if (ready == sent) {
      return null;
    }
    buffer = NativeMemory.buffer(address + sent, (int) Math.min(segmentBytes, ready - sent));
    return buffer;
  }

  @Override
  void advance() {
    if (headed) {
      sent += buffer.capacity();
    }
    headed = true;
  }

  @Override
  boolean isDone() {
    return headed && sent == bytes;
  }
}
