package ai.cresset.parallel.comm.collective;

import ai.cresset.memory.Storage;
import ai.cresset.parallel.comm.ReduceOp;
import ai.cresset.parallel.comm.Slice;
import ai.cresset.type.DType;

/** The root ends with the combination of all slices; those of the others stay as they are. */
public final class Reduce {
  private Reduce() {}

  /** Runs the algorithm that the fingerprint of {@code exchange} names. */
  public static void run(Exchange exchange, Slice slice, ReduceOp op, int root)
      throws PeerLostException {
    if (exchange.links().size() == 1) {
      return;
    }
    switch (exchange.fingerprint().algorithm()) {
      case TREE -> tree(exchange, slice, op, root);
      case RANK_ORDER -> rankOrder(exchange, slice, op, root);
      case RING, RECURSIVE_DOUBLING, DIRECT, PAIRWISE, HALVING -> ring(exchange, slice, op, root);
    }
  }

  /** A binomial tree: a place's parent lacks its lowest bit; places count from the root. */
  private static void tree(Exchange exchange, Slice slice, ReduceOp op, int root)
      throws PeerLostException {
    int size = exchange.links().size();
    int place = Math.floorMod(exchange.links().rank() - root, size);
    Accumulator values = new Accumulator(exchange, slice.dtype(), slice.count());
    values.load(slice);
    for (int bit = 1; bit < size; bit <<= 1) {
      if ((place & bit) != 0) {
        values.send((place - bit + root) % size);
        return;
      }
      if (place + bit < size) {
        values.combine((place + bit + root) % size, op, true);
      }
    }
    values.store(slice);
  }

  /** A reduce-scatter, whose parts the root gathers. */
  private static void ring(Exchange exchange, Slice slice, ReduceOp op, int root)
      throws PeerLostException {
    Links links = exchange.links();
    DType dtype = slice.dtype();
    DType wide = Reducer.accumulator(dtype);
    Storage copy = links.allocate(slice.count() * wide.bytes());
    try {
      links.reducer().widen(dtype, slice.address(), copy.address(), slice.count());
      Chunks chunks = links.chunks(slice.count(), wide);
      new Ring(exchange, copy.address(), chunks, wide, op).run(0, links.size() - 1);
      long own = copy.address() + chunks.start(links.rank()) * wide.bytes();
      long part = links.rank() == root ? ownPart(links, slice, chunks) : own;
      links.reducer().narrow(dtype, own, part, chunks.length(links.rank()));
      Gather.parts(exchange, part, slice.address(), dtype, chunks, root);
    } finally {
      copy.release();
    }
  }

  private static void rankOrder(Exchange exchange, Slice slice, ReduceOp op, int root)
      throws PeerLostException {
    Links links = exchange.links();
    DType dtype = slice.dtype();
    Chunks chunks = links.chunks(slice.count(), dtype);
    Storage own = links.allocate(chunks.length(links.rank()) * dtype.bytes());
    try {
      long part = links.rank() == root ? ownPart(links, slice, chunks) : own.address();
      RankOrder.reduceChunk(exchange, slice, chunks, op, part);
      Gather.parts(exchange, part, slice.address(), dtype, chunks, root);
    } finally {
      own.release();
    }
  }

  private static long ownPart(Links links, Slice slice, Chunks chunks) {
    return slice.address() + chunks.start(links.rank()) * slice.dtype().bytes();
  }
}
