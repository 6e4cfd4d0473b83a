package ai.cresset.parallel.comm.collective;

import ai.cresset.parallel.comm.ReduceOp;
import ai.cresset.parallel.comm.Slice;
import ai.cresset.type.DType;
import org.jspecify.annotations.Nullable;

/**
 * The all-reduce of small slices: in each of log2(n) steps all ranks exchange everything with a
 * partner. Ranks beyond the largest power of two hand their values to a partner first and get the
 * result in the end.
 *
 * <p>Both partners combine the lower rank's values with the higher rank's, in this order, so their
 * bits agree.
 */
final class RecursiveDoubling {
  private RecursiveDoubling() {}

  static void allReduce(Exchange exchange, Slice slice, ReduceOp op) throws PeerLostException {
    Accumulator values = new Accumulator(exchange, slice.dtype(), slice.count());
    values.load(slice);
    run(exchange.links(), values, op);
    values.store(slice);
  }

  /** An all-reduce of nothing: it ends when all ranks have come. */
  static void barrier(Exchange exchange) throws PeerLostException {
    run(exchange.links(), new Accumulator(exchange, DType.UINT8, 0), null);
  }

  private static void run(Links links, Accumulator values, @Nullable ReduceOp op)
      throws PeerLostException {
    int rank = links.rank();
    int powerOfTwo = Integer.highestOneBit(links.size());
    if (rank >= powerOfTwo) {
      values.send(rank - powerOfTwo);
      values.receive(rank - powerOfTwo);
      return;
    }
    boolean extra = rank + powerOfTwo < links.size();
    if (extra) {
      values.combine(rank + powerOfTwo, op, true);
    }
    for (int bit = 1; bit < powerOfTwo; bit <<= 1) {
      values.swap(rank ^ bit, op);
    }
    if (extra) {
      values.send(rank + powerOfTwo);
    }
  }
}
