package ai.cresset.parallel.comm.collective;

import ai.cresset.memory.NativeMemory;
import ai.cresset.memory.Storage;
import ai.cresset.parallel.comm.ReduceOp;
import ai.cresset.parallel.comm.Slice;
import ai.cresset.type.DType;

/** Rank r ends with chunk r of the combination of all inputs; the inputs stay as they are. */
public final class ReduceScatter {
  private ReduceScatter() {}

  /**
   * Runs the algorithm that the fingerprint of {@code exchange} names.
   *
   * @param counts elements of each rank
   */
  public static void run(Exchange exchange, Slice input, Slice output, long[] counts, ReduceOp op)
      throws PeerLostException {
    Links links = exchange.links();
    if (links.size() == 1) {
      NativeMemory.copy(input.address(), output.address(), input.bytes());
      return;
    }
    DType wide = Reducer.accumulator(input.dtype());
    if (exchange.fingerprint().algorithm() == Fingerprint.Algorithm.RANK_ORDER) {
      Chunks chunks = links.chunks(counts, input.dtype());
      RankOrder.reduceChunk(exchange, input, chunks, op, output.address());
      return;
    }
    Storage copy = links.allocate(input.count() * wide.bytes());
    try {
      links.reducer().widen(input.dtype(), input.address(), copy.address(), input.count());
      Chunks chunks = links.chunks(counts, wide);
      inPlace(exchange, copy.address(), chunks, wide, op);
      long own = copy.address() + chunks.start(links.rank()) * wide.bytes();
      links.reducer().narrow(input.dtype(), own, output.address(), output.count());
    } finally {
      copy.release();
    }
  }

  /**
   * Leaves chunk r of the combination in its place on rank r; the other chunks hold partial values.
   *
   * @param dtype an accumulator type
   */
  static void inPlace(Exchange exchange, long address, Chunks chunks, DType dtype, ReduceOp op)
      throws PeerLostException {
    if (exchange.fingerprint().algorithm() == Fingerprint.Algorithm.HALVING) {
      new Halving(exchange, address, chunks, dtype).reduceScatter(op);
    } else {
      new Ring(exchange, address, chunks, dtype, op).run(0, exchange.links().size() - 1);
    }
  }
}
