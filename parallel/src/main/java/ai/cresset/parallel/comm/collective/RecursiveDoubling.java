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
 * The all-reduce of small slices: in each of log2(n) steps all ranks exchange everything with a
 * partner. Ranks beyond the largest power of two hand their values to a partner first and get the
 * result in the end.
 *
 * <p>Both partners combine the lower rank's values with the higher rank's, in this order, so their
 * bits agree. Each message is one buffer, fingerprint first: one system call.
 */
final class RecursiveDoubling {
  private static final long MESSAGE_BYTES = Fingerprint.BYTES + 2 * LinkModel.MAX_DOUBLING_BYTES;

  /** Room for a message to send, one to receive, in the accumulator type. */
  static final int SCRATCH_BYTES = (int) (2 * MESSAGE_BYTES);

  private final Exchange exchange;
  private final Links links;
  private final DType accumulator;
  private final @Nullable ReduceOp op;
  private final long count;
  private final long ours;
  private final long theirs;
  private final int messageBytes;

  private RecursiveDoubling(Exchange exchange, DType dtype, long count, @Nullable ReduceOp op) {
    this.exchange = exchange;
    this.links = exchange.links();
    this.accumulator = Reducer.accumulator(dtype);
    this.op = op;
    this.count = count;
    this.messageBytes = Fingerprint.BYTES + Math.toIntExact(count * accumulator.bytes());
    this.ours = links.scratch();
    this.theirs = ours + MESSAGE_BYTES;
  }

  static void allReduce(Exchange exchange, Slice slice, ReduceOp op) throws PeerLostException {
    RecursiveDoubling run = new RecursiveDoubling(exchange, slice.dtype(), slice.count(), op);
    Reducer reducer = exchange.links().reducer();
    reducer.widen(slice.dtype(), slice.address(), run.ours + Fingerprint.BYTES, slice.count());
    run.run();
    reducer.narrow(slice.dtype(), run.ours + Fingerprint.BYTES, slice.address(), slice.count());
  }

  /** An all-reduce of nothing: it ends when all ranks have come. */
  static void barrier(Exchange exchange) throws PeerLostException {
    new RecursiveDoubling(exchange, DType.UINT8, 0, null).run();
  }

  private void run() throws PeerLostException {
    int rank = links.rank();
    int powerOfTwo = Integer.highestOneBit(links.size());
    if (rank >= powerOfTwo) {
      int partner = rank - powerOfTwo;
      exchange.run(List.of(), List.of(new Message(partner)));
      exchange.run(List.of(new Answer(partner, ours)), List.of());
      return;
    }
    boolean extra = rank + powerOfTwo < links.size();
    if (extra) {
      exchange.run(List.of(new Answer(rank + powerOfTwo, theirs)), List.of());
      combine(true);
    }
    for (int bit = 1; bit < powerOfTwo; bit <<= 1) {
      int partner = rank ^ bit;
      exchange.run(new Answer(partner, theirs), new Message(partner));
      combine(rank < partner);
    }
    if (extra) {
      exchange.run(List.of(), List.of(new Message(rank + powerOfTwo)));
    }
  }

  private void combine(boolean oursFirst) {
    if (op == null) {
      return;
    }
    long mine = ours + Fingerprint.BYTES;
    long other = theirs + Fingerprint.BYTES;
    links
        .reducer()
        .combine(accumulator, op, oursFirst ? mine : other, oursFirst ? other : mine, mine, count);
  }

  /** Our values, with the fingerprint in front. */
  private final class Message extends Flow {
    private final ByteBuffer buffer = NativeMemory.buffer(ours, messageBytes);
    private boolean done;

    Message(int peer) {
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
  private final class Answer extends Inbound {
    private final ByteBuffer buffer;
    private boolean done;

    Answer(int peer, long address) {
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
