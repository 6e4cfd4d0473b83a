package ai.cresset.parallel.comm.collective;

import ai.cresset.memory.NativeMemory;
import ai.cresset.memory.Storage;
import ai.cresset.parallel.comm.ReduceOp;
import ai.cresset.parallel.comm.Slice;
import ai.cresset.type.DType;
import java.util.ArrayList;
import java.util.List;

/**
 * Reductions with the bits of a sequential loop over the ranks: each rank gathers its chunk from
 * all others, then combines 0, 1, 2, ... Needs as much scratch memory as the slice.
 */
final class RankOrder {
  private RankOrder() {}

  /**
   * Combines chunk {@code rank} of {@code slice} over all ranks.
   *
   * @param target where it goes, in the type of the slice
   */
  static void reduceChunk(Exchange exchange, Slice slice, Chunks chunks, ReduceOp op, long target)
      throws PeerLostException {
    Links links = exchange.links();
    Reducer reducer = links.reducer();
    DType dtype = slice.dtype();
    DType wide = Reducer.accumulator(dtype);
    int rank = links.rank();
    long length = chunks.length(rank);
    long bytes = length * dtype.bytes();
    Storage gathered = links.allocate(links.size() * bytes);
    Storage sums = links.allocate(2 * length * wide.bytes());
    try {
      List<Flow> in = new ArrayList<>();
      List<Flow> out = new ArrayList<>();
      for (int peer = 0; peer < links.size(); peer++) {
        long place = gathered.address() + peer * bytes;
        long chunk = slice.address() + chunks.start(peer) * dtype.bytes();
        if (peer == rank) {
          NativeMemory.copy(chunk, place, bytes);
        } else {
          Fingerprint fingerprint = exchange.fingerprint();
          long theirs = chunks.length(peer) * dtype.bytes();
          in.add(new MemoryInbound(peer, fingerprint, links.segmentBytes(), place, bytes));
          out.add(new MemoryOutbound(peer, fingerprint, links.segmentBytes(), chunk, theirs, null));
        }
      }
      exchange.run(in, out);
      long sum = sums.address();
      long next = sum + length * wide.bytes();
      reducer.widen(dtype, gathered.address(), sum, length);
      for (int peer = 1; peer < links.size(); peer++) {
        reducer.widen(dtype, gathered.address() + peer * bytes, next, length);
        reducer.combine(wide, op, sum, next, sum, length);
      }
      reducer.narrow(dtype, sum, target, length);
    } finally {
      gathered.release();
      sums.release();
    }
  }
}
