package ai.cresset.parallel.comm.collective;

import ai.cresset.memory.Storage;
import ai.cresset.parallel.comm.ReduceOp;
import ai.cresset.parallel.comm.Slice;
import ai.cresset.type.DType;

/** Every rank ends with the combination of all slices. */
public final class AllReduce {
  private AllReduce() {}

  /** Refuses types that cannot be reduced. */
  public static void check(DType dtype) {
    Reducer.check(dtype);
  }

  /** Runs the algorithm that the fingerprint of {@code exchange} names. */
  public static void run(Exchange exchange, Slice slice, ReduceOp op) throws PeerLostException {
    if (exchange.links().size() == 1) {
      return;
    }
    switch (exchange.fingerprint().algorithm()) {
      case RECURSIVE_DOUBLING -> RecursiveDoubling.allReduce(exchange, slice, op);
      case RANK_ORDER -> rankOrder(exchange, slice, op);
      case RING, TREE, DIRECT, PAIRWISE -> ring(exchange, slice, op);
    }
  }

  private static void ring(Exchange exchange, Slice slice, ReduceOp op) throws PeerLostException {
    Links links = exchange.links();
    DType dtype = slice.dtype();
    int size = links.size();
    Chunks chunks = links.chunks(slice.count(), dtype);
    if (Reducer.accumulator(dtype) == dtype) {
      new Ring(exchange, slice.address(), chunks, dtype, op).run(0, 2 * size - 2);
      return;
    }
    // Partial sums travel in float32, so that 16-bit types are rounded once, at the end.
    Storage wide = links.allocate(slice.count() * DType.FLOAT32.bytes());
    try {
      links.reducer().widen(dtype, slice.address(), wide.address(), slice.count());
      Chunks wideChunks = links.chunks(slice.count(), DType.FLOAT32);
      new Ring(exchange, wide.address(), wideChunks, DType.FLOAT32, op).run(0, size - 1);
      long start = chunks.start(links.rank());
      links
          .reducer()
          .narrow(
              dtype,
              wide.address() + start * DType.FLOAT32.bytes(),
              slice.address() + start * dtype.bytes(),
              chunks.length(links.rank()));
    } finally {
      wide.release();
    }
    new Ring(exchange, slice.address(), chunks, dtype, null).run(size - 1, 2 * size - 2);
  }

  private static void rankOrder(Exchange exchange, Slice slice, ReduceOp op)
      throws PeerLostException {
    Links links = exchange.links();
    DType dtype = slice.dtype();
    Chunks chunks = links.chunks(slice.count(), dtype);
    long own = slice.address() + chunks.start(links.rank()) * dtype.bytes();
    RankOrder.reduceChunk(exchange, slice, chunks, op, own);
    new Ring(exchange, slice.address(), chunks, dtype, null)
        .run(links.size() - 1, 2 * links.size() - 2);
  }
}
