package ai.cresset.parallel.comm.collective;

import ai.cresset.memory.NativeMemory;
import ai.cresset.parallel.comm.ReduceOp;
import ai.cresset.type.DType;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The pipelined ring: each rank sends to the next and receives from the one before (Patarasuk, Yuan
 * 2009).
 *
 * <pre>
 *   step             0 ... n-2                        n-1 ... 2n-3
 *   send chunk       r - 1 - step                     the same formula
 *   receive chunk    r - 2 - step
 *   on receipt       combine with what is there       overwrite
 *                    (reduce-scatter)                 (all-gather)
 * </pre>
 *
 * <p>What is sent in one step was received in the step before, so segment i may leave as soon as
 * segment i - (segments of a chunk) has come: while one segment is combined, its neighbours are on
 * the wire. A rank may run from any step to any other; after step n-2 rank r holds chunk r.
 *
 * <p>Chunk c is combined in the order c + 1, c + 2, ... c of the ranks, whatever the speed of the
 * network; a reduce-scatter gives the bits of an all-reduce with the same chunks.
 */
final class Ring {
  private final Exchange exchange;
  private final Links links;
  private final Chunks chunks;
  private final DType dtype;
  private final @Nullable ReduceOp op;
  private final long address;

  /**
   * @param dtype of the elements at {@code address}
   * @param op null if no step combines
   */
  Ring(Exchange exchange, long address, Chunks chunks, DType dtype, @Nullable ReduceOp op) {
    this.exchange = exchange;
    this.links = exchange.links();
    this.chunks = chunks;
    this.dtype = dtype;
    this.op = op;
    this.address = address;
  }

  void run(int firstStep, int endStep) throws PeerLostException {
    int size = links.size();
    int next = (links.rank() + 1) % size;
    int previous = (links.rank() + size - 1) % size;
    Receiver in = new Receiver(previous, firstStep, endStep);
    exchange.run(in, new Sender(next, firstStep, endStep, in));
  }

  private int chunk(int step, int behind) {
    return Math.floorMod(links.rank() - 1 - step - behind, links.size());
  }

  private ByteBuffer segment(int chunk, int segment) {
    return NativeMemory.buffer(
        address + chunks.segmentStart(chunk, segment) * dtype.bytes(),
        chunks.segmentLength(chunk, segment) * dtype.bytes());
  }

  /** Receives from the previous rank. */
  private final class Receiver extends Inbound {
    private final int segments = chunks.segments();
    private final long end;
    private long done;
    private ByteBuffer buffer = ByteBuffer.allocate(Fingerprint.BYTES);
    private int step;

    Receiver(int peer, int firstStep, int endStep) {
      super(peer, exchange.fingerprint());
      this.step = firstStep;
      this.end = (long) (endStep - firstStep) * segments;
      this.done = -1;
    }

    @Override
    ByteBuffer buffer() {
      return buffer;
    }

    @Override
    void advance() {
      if (done >= 0) {
        combine(chunk(step, 1), (int) (done % segments));
      }
      // Empty segments need no turn.
      while (++done < end) {
        if (done > 0 && done % segments == 0) {
          step++;
        }
        int chunk = chunk(step, 1);
        int segment = (int) (done % segments);
        if (chunks.segmentLength(chunk, segment) > 0) {
          buffer = combines() ? scratch(chunk, segment) : segment(chunk, segment);
          return;
        }
      }
    }

    private boolean combines() {
      return step < links.size() - 1;
    }

    private ByteBuffer scratch(int chunk, int segment) {
      return NativeMemory.buffer(
          links.scratch(), chunks.segmentLength(chunk, segment) * dtype.bytes());
    }

    private void combine(int chunk, int segment) {
      if (combines() && op != null) {
        long target = address + chunks.segmentStart(chunk, segment) * dtype.bytes();
        links
            .reducer()
            .combine(
                dtype, op, links.scratch(), target, target, chunks.segmentLength(chunk, segment));
      }
    }

    @Override
    boolean isDone() {
      return done >= end;
    }
  }

  /** Sends to the next rank. */
  private final class Sender extends Flow {
    private final int segments = chunks.segments();
    private final int firstStep;
    private final long end;
    private final Receiver source;
    private ByteBuffer buffer = exchange.fingerprint().encode();
    private long done = -1;
    private boolean loaded = true;

    Sender(int peer, int firstStep, int endStep, Receiver source) {
      super(peer);
      this.firstStep = firstStep;
      this.end = (long) (endStep - firstStep) * segments;
      this.source = source;
    }

    @Override
    @Nullable ByteBuffer buffer() {
      if (!loaded) {
        if (done >= segments && source.done <= done - segments) {
          return null;
        }
        buffer = segment(chunk(stepOf(done), 0), (int) (done % segments));
        loaded = true;
      }
      return buffer;
    }

    private int stepOf(long index) {
      return firstStep + (int) (index / segments);
    }

    @Override
    void advance() {
      loaded = false;
      while (++done < end) {
        if (chunks.segmentLength(chunk(stepOf(done), 0), (int) (done % segments)) > 0) {
          return;
        }
      }
    }

    @Override
    boolean isDone() {
      return done >= end;
    }
  }
}
