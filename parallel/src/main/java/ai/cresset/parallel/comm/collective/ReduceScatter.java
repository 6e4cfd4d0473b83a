package ai.cresset.parallel.comm.collective;

import ai.cresset.memory.NativeMemory;
import ai.cresset.memory.Storage;
import ai.cresset.parallel.comm.ReduceOp;
import ai.cresset.parallel.comm.Slice;
import ai.cresset.type.DType;

/** Rank r ends with chunk r of the combination of all inputs; the inputs stay as they are. */
public final class ReduceScatter {
  private ReduceScatter() {}

  /** Runs the algorithm that the fingerprint of {@code exchange} names. */
  public static void run(Exchange exchange, Slice input, Slice output, ReduceOp op)
      throws PeerLostException {
    Links links = exchange.links();
    if (links.size() == 1) {
      NativeMemory.copy(input.address(), output.address(), input.bytes());
      return;
    }
    DType wide = Reducer.accumulator(input.dtype());
    if (exchange.fingerprint().algorithm() == Fingerprint.Algorithm.RANK_ORDER) {
      Chunks chunks = new Chunks(input.count(), links.size(), links.segmentBytes());
      RankOrder.reduceChunk(exchange, input, chunks, op, output.address());
      return;
    }
    Storage copy = links.allocate(input.count() * wide.bytes());
    try {
      links.reducer().widen(input.dtype(), input.address(), copy.address(), input.count());
      Ring ring = new Ring(exchange, copy.address(), input.count(), wide, op, -1);
      ring.run(0, links.size() - 1);
      long own = copy.address() + ring.chunks().start(links.rank()) * wide.bytes();
      links.reducer().narrow(input.dtype(), own, output.address(), output.count());
    } finally {
      copy.release();
    }
  }
}
