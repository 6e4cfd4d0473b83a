package ai.cresset.parallel.comm.collective;

import ai.cresset.memory.NativeMemory;
import java.nio.ByteBuffer;

/** Fills a piece of memory from a peer. */
final class MemoryInbound extends Inbound {
  private final long address;
  private final long bytes;
  private final int segmentBytes;
  private ByteBuffer buffer = ByteBuffer.allocate(Fingerprint.BYTES);
  private boolean headed;
  private long filled;

  MemoryInbound(int peer, Fingerprint fingerprint, int segmentBytes, long address, long bytes) {
    super(peer, fingerprint);
    this.address = address;
    this.bytes = bytes;
    this.segmentBytes = segmentBytes;
  }

  /** Bytes of complete segments. */
  long filled() {
    return filled;
  }

  @Override
  ByteBuffer buffer() {
    return buffer;
  }

  @Override
  void advance() {
    if (headed) {
      filled += buffer.capacity();
    }
    headed = true;
    if (filled < bytes) {
      buffer = NativeMemory.buffer(address + filled, (int) Math.min(segmentBytes, bytes - filled));
    }
  }

  @Override
  boolean isDone() {
    return headed && filled == bytes;
  }
}
