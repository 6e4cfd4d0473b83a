package ai.cresset.parallel.comm.collective;

import ai.cresset.memory.NativeMemory;
import ai.cresset.parallel.comm.ReduceOp;
import ai.cresset.type.DType;
import java.nio.ByteBuffer;

/** Combines a piece of memory with what a peer sends, segment by segment. */
final class CombiningInbound extends Inbound {
  private final Links links;
  private final DType dtype;
  private final ReduceOp op;
  private final boolean oursFirst;
  private final long address;
  private final long count;
  private ByteBuffer buffer = ByteBuffer.allocate(Fingerprint.BYTES);
  private boolean headed;
  private long combined;

  /**
   * @param dtype an accumulator type
   */
  CombiningInbound(
      int peer, Exchange exchange, long address, long count, DType dtype, ReduceOp op) {
    super(peer, exchange.fingerprint());
    this.links = exchange.links();
    this.oursFirst = links.rank() < peer;
    this.address = address;
    this.count = count;
    this.dtype = dtype;
    this.op = op;
  }

  @Override
  ByteBuffer buffer() {
    return buffer;
  }

  @Override
  void advance() {
    if (headed) {
      int block = buffer.capacity() / dtype.bytes();
      long mine = address + combined * dtype.bytes();
      long theirs = links.scratch();
      links
          .reducer()
          .combine(dtype, op, oursFirst ? mine : theirs, oursFirst ? theirs : mine, mine, block);
      combined += block;
    }
    headed = true;
    if (combined < count) {
      int block = (int) Math.min(links.segmentBytes() / dtype.bytes(), count - combined);
      buffer = NativeMemory.buffer(links.scratch(), block * dtype.bytes());
    }
  }

  @Override
  boolean isDone() {
    return headed && combined == count;
  }
}
