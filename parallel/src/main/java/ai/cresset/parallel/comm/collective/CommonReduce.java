package ai.cresset.parallel.comm.collective;

import ai.cresset.memory.NativeMemory;
import ai.cresset.memory.Storage;
import ai.cresset.parallel.comm.ReduceOp;
import ai.cresset.parallel.comm.Slice;
import ai.cresset.type.DType;
import java.util.List;

/**
 * An all-reduce over memory that every rank reaches: rank r combines chunk r of all ranks, block by
 * block, and puts the result into all of them. Each element is read once and written once for each
 * rank; messages only say that all have come, and that all are done.
 *
 * <p>Values are combined in the order in which {@link Ring} or {@link Halving} would, so the bits
 * do not tell which way they took.
 */
final class CommonReduce {
  /** Elements of a block: with its operands it stays in the first-level cache. */
  private static final int BLOCK = 2048;

  private final Exchange exchange;
  private final Links links;
  private final List<Slice> slices;
  private final DType dtype;
  private final ReduceOp op;
  private final boolean halving;

  /**
   * @param slices by rank, of one length, in a type that is combined as it is
   */
  CommonReduce(Exchange exchange, List<Slice> slices, ReduceOp op) {
    this.exchange = exchange;
    this.links = exchange.links();
    this.slices = slices;
    this.dtype = slices.get(0).dtype();
    this.op = op;
    this.halving = exchange.fingerprint().algorithm() == Fingerprint.Algorithm.HALVING;
  }

  void run() throws PeerLostException {
    exchange.meeting();
    Barrier.run(exchange);
    Chunks chunks = links.chunks(slices.get(0).count(), dtype);
    long start = chunks.start(links.rank());
    long length = chunks.length(links.rank());
    // Two partial results for each time that the number of ranks can be halved.
    int depth = Integer.SIZE - Integer.numberOfLeadingZeros(links.size());
    Storage partial = links.allocate(2L * depth * BLOCK * dtype.bytes());
    try {
      for (long done = 0; done < length; done += BLOCK) {
        block(start + done, (int) Math.min(BLOCK, length - done), partial.address());
      }
    } finally {
      partial.release();
    }
    // Others read the rest of this rank's memory, and get its chunk; and the other way around.
    long rest = slices.get(0).count() - length;
    exchange.moved((rest + (links.size() - 1) * length) * dtype.bytes());
    Barrier.run(exchange);
  }

  private void block(long first, int count, long partial) {
    int rank = links.rank();
    int size = links.size();
    long result = address(rank, first);
    if (halving) {
      pair(rank, 1, first, count, result, partial);
    } else {
      long left = address((rank + 1) % size, first);
      for (int step = 2; step < size; step++) {
        combine(left, address((rank + step) % size, first), partial, count);
        left = partial;
      }
      combine(left, result, result, count);
    }
    for (int peer = 0; peer < size; peer++) {
      if (peer != rank) {
        NativeMemory.copy(result, address(peer, first), count * (long) dtype.bytes());
      }
    }
  }

  /**
   * What {@code rank} holds of this block once it has met partners from far to {@code bit} away.
   *
   * @param free memory for partial results
   */
  private void pair(int rank, int bit, long first, int count, long target, long free) {
    int low = Math.min(rank, rank ^ bit);
    int high = Math.max(rank, rank ^ bit);
    if (2 * bit == links.size()) {
      combine(address(low, first), address(high, first), target, count);
      return;
    }
    long left = free;
    long right = left + BLOCK * (long) dtype.bytes();
    long rest = right + BLOCK * (long) dtype.bytes();
    pair(low, 2 * bit, first, count, left, rest);
    pair(high, 2 * bit, first, count, right, rest);
    combine(left, right, target, count);
  }

  private void combine(long left, long right, long target, int count) {
    links.reducer().combine(dtype, op, left, right, target, count);
  }

  private long address(int rank, long first) {
    return slices.get(rank).address() + first * dtype.bytes();
  }
}
