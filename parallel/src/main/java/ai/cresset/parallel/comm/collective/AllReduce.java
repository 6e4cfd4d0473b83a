package ai.cresset.parallel.comm.collective;

import ai.cresset.memory.Storage;
import ai.cresset.parallel.comm.ReduceOp;
import ai.cresset.parallel.comm.Slice;
import ai.cresset.type.DType;
import java.util.List;

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
      case RING, HALVING, TREE, DIRECT, PAIRWISE -> inParts(exchange, slice, op);
    }
  }

  /** Whether {@link #runInCommon} takes this type: one that is combined as it is. */
  public static boolean takesCommon(DType dtype) {
    return Reducer.accumulator(dtype) == dtype;
  }

  /**
   * The same where every rank reaches the slices of all, with the same bits.
   *
   * @param slices by rank, of one length and type
   */
  public static void runInCommon(Exchange exchange, List<Slice> slices, ReduceOp op)
      throws PeerLostException {
    new CommonReduce(exchange, slices, op).run();
  }

  /** A reduce-scatter, then an all-gather. */
  private static void inParts(Exchange exchange, Slice slice, ReduceOp op)
      throws PeerLostException {
    Links links = exchange.links();
    DType dtype = slice.dtype();
    Chunks chunks = links.chunks(slice.count(), dtype);
    boolean halving = exchange.fingerprint().algorithm() == Fingerprint.Algorithm.HALVING;
    if (Reducer.accumulator(dtype) == dtype) {
      if (halving) {
        Halving steps = new Halving(exchange, slice.address(), chunks, dtype);
        steps.reduceScatter(op);
        steps.allGather();
      } else {
        new Ring(exchange, slice.address(), chunks, dtype, op).run(0, 2 * links.size() - 2);
      }
      return;
    }
    // Partial sums travel in float32, so that 16-bit types are rounded once, at the end.
    Storage wide = links.allocate(slice.count() * DType.FLOAT32.bytes());
    try {
      links.reducer().widen(dtype, slice.address(), wide.address(), slice.count());
      Chunks wideChunks = links.chunks(slice.count(), DType.FLOAT32);
      ReduceScatter.inPlace(exchange, wide.address(), wideChunks, DType.FLOAT32, op);
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
    if (halving) {
      new Halving(exchange, slice.address(), chunks, dtype).allGather();
    } else {
      gather(exchange, slice, chunks);
    }
  }

  private static void rankOrder(Exchange exchange, Slice slice, ReduceOp op)
      throws PeerLostException {
    Links links = exchange.links();
    DType dtype = slice.dtype();
    Chunks chunks = links.chunks(slice.count(), dtype);
    long own = slice.address() + chunks.start(links.rank()) * dtype.bytes();
    RankOrder.reduceChunk(exchange, slice, chunks, op, own);
    gather(exchange, slice, chunks);
  }

  private static void gather(Exchange exchange, Slice slice, Chunks chunks)
      throws PeerLostException {
    int size = exchange.links().size();
    new Ring(exchange, slice.address(), chunks, slice.dtype(), null).run(size - 1, 2 * size - 2);
  }
}
