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
      case RING, TREE, DIRECT -> ring(exchange, slice, op);
    }
  }

  private static void ring(Exchange exchange, Slice slice, ReduceOp op) throws PeerLostException {
    DType dtype = slice.dtype();
    int size = exchange.links().size();
    if (Reducer.accumulator(dtype) == dtype) {
      new Ring(exchange, slice.address(), slice.count(), dtype, op, 0).run(0, 2 * size - 2);
      return;
    }
    // Partial sums travel in float32, so that 16-bit types are rounded once, at the end.
    Links links = exchange.links();
    Storage wide = links.allocate(slice.count() * DType.FLOAT32.bytes());
    try {
      links.reducer().widen(dtype, slice.address(), wide.address(), slice.count());
      Ring sums = new Ring(exchange, wide.address(), slice.count(), DType.FLOAT32, op, 0);
      sums.run(0, size - 1);
      int own = (links.rank() + 1) % size;
      long start = sums.chunks().start(own);
      links
          .reducer()
          .narrow(
              dtype,
              wide.address() + start * DType.FLOAT32.bytes(),
              slice.address() + start * dtype.bytes(),
              sums.chunks().length(own));
    } finally {
      wide.release();
    }
    new Ring(exchange, slice.address(), slice.count(), dtype, null, 0).run(size - 1, 2 * size - 2);
  }

  private static void rankOrder(Exchange exchange, Slice slice, ReduceOp op)
      throws PeerLostException {
    int size = exchange.links().size();
    Ring gather = new Ring(exchange, slice.address(), slice.count(), slice.dtype(), null, -1);
    long own = gather.chunks().start(exchange.links().rank()) * slice.dtype().bytes();
    RankOrder.reduceChunk(exchange, slice, gather.chunks(), op, slice.address() + own);
    gather.run(size - 1, 2 * size - 2);
  }
}
