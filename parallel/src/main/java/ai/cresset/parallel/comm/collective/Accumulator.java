package ai.cresset.parallel.comm.collective;

import ai.cresset.memory.NativeMemory;
import ai.cresset.parallel.comm.LinkModel;
import ai.cresset.parallel.comm.ReduceOp;
import ai.cresset.parallel.comm.Slice;
import ai.cresset.type.DType;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The values of one rank in scratch memory, in the accumulator type, and room for those of a
 * partner. Each message is one buffer, fingerprint first: one system call.
 */
final class Accumulator {
  private static final long MESSAGE_BYTES = Fingerprint.BYTES + 2 * LinkModel.MAX_DOUBLING_BYTES;

  /** Room for a message to send, one to receive. */
  static final int SCRATCH_BYTES = (int) (2 * MESSAGE_BYTES);

  private final Exchange exchange;
  private final Links links;
  private final DType dtype;
  private final long count;
  private final long ours;
  private final long theirs;
  private final int messageBytes;

  /**
   * @param dtype of the slice, which may be narrower than the accumulator
   * @param count elements, at most {@link LinkModel#MAX_DOUBLING_BYTES} of them in that type
   */
  Accumulator(Exchange exchange, DType dtype, long count) {
    this.exchange = exchange;
    this.links = exchange.links();
    this.dtype = dtype;
    this.count = count;
    this.messageBytes =
        Fingerprint.BYTES + Math.toIntExact(count * Reducer.accumulator(dtype).bytes());
    this.ours = links.scratch();
    this.theirs = ours + MESSAGE_BYTES;
  }

  void load(Slice slice) {
    links.reducer().widen(dtype, slice.address(), ours + Fingerprint.BYTES, count);
  }

  void store(Slice slice) {
    links.reducer().narrow(dtype, ours + Fingerprint.BYTES, slice.address(), count);
  }

  /** Sends our values. */
  void send(int peer) throws PeerLostException {
    exchange.run(List.of(), List.of(new Outgoing(peer)));
  }

  /** Replaces our values by those of {@code peer}. */
  void receive(int peer) throws PeerLostException {
    exchange.run(List.of(new Incoming(peer, ours)), List.of());
  }

  /** Receives the values of {@code peer} and combines them, ours to the left if so wished. */
  void combine(int peer, @Nullable ReduceOp op, boolean oursFirst) throws PeerLostException {
    exchange.run(List.of(new Incoming(peer, theirs)), List.of());
    combine(op, oursFirst);
  }

  /** Both partners send and combine: the lower rank's values to the left. */
  void swap(int peer, @Nullable ReduceOp op) throws PeerLostException {
    exchange.run(new Incoming(peer, theirs), new Outgoing(peer));
    combine(op, links.rank() < peer);
  }

  private void combine(@Nullable ReduceOp op, boolean oursFirst) {
    if (op == null) {
      return;
    }
    long mine = ours + Fingerprint.BYTES;
    long other = theirs + Fingerprint.BYTES;
    links
        .reducer()
        .combine(
            Reducer.accumulator(dtype),
            op,
            oursFirst ? mine : other,
            oursFirst ? other : mine,
            mine,
            count);
  }

  /** Our values, with the fingerprint in front. */
  private final class Outgoing extends Flow {
    private final ByteBuffer buffer = NativeMemory.buffer(ours, messageBytes);
    private boolean done;

    Outgoing(int peer) {
      super(peer);
      exchange.fingerprint().write(buffer);
      buffer.rewind();
    }

    @Override
    ByteBuffer buffer() {
      return buffer;
    }

    @Override
    void advance() {
      done = true;
    }

    @Override
    boolean isDone() {
      return done;
    }
  }

  /** A partner's message. */
  private final class Incoming extends Inbound {
    private final ByteBuffer buffer;
    private boolean done;

    Incoming(int peer, long address) {
      super(peer, exchange.fingerprint());
      this.buffer = NativeMemory.buffer(address, messageBytes);
    }

    @Override
    ByteBuffer buffer() {
      return buffer;
    }

    @Override
    void advance() {
      done = true;
    }

    @Override
    boolean isDone() {
      return done;
    }
  }
}
