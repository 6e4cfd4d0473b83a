package ai.cresset.parallel.comm.collective;

import ai.cresset.memory.NativeMemory;
import ai.cresset.parallel.comm.Slice;
import java.util.ArrayList;
import java.util.List;

/**
 * Part j of rank i's input becomes part i of rank j's output. Small parts travel all at once; large
 * ones in n - 1 rounds, in each of which a rank sends to one peer and receives from one.
 */
public final class AllToAll {
  private AllToAll() {}

  /**
   * Runs the algorithm that the fingerprint of {@code exchange} names. What two ranks believe of
   * the length of a part is compared for every pair.
   *
   * @param inputCounts elements for each rank
   * @param outputCounts elements of each rank
   */
  public static void run(
      Exchange exchange, Slice input, long[] inputCounts, Slice output, long[] outputCounts)
      throws PeerLostException {
    Links links = exchange.links();
    int size = links.size();
    int rank = links.rank();
    Chunks from = links.chunks(inputCounts, input.dtype());
    Chunks to = links.chunks(outputCounts, input.dtype());
    int bytes = input.dtype().bytes();
    NativeMemory.copy(
        input.address() + from.start(rank) * bytes,
        output.address() + to.start(rank) * bytes,
        inputCounts[rank] * bytes);
    List<Flow> in = new ArrayList<>();
    List<Flow> out = new ArrayList<>();
    for (int distance = 1; distance < size; distance++) {
      int next = (rank + distance) % size;
      int previous = Math.floorMod(rank - distance, size);
      out.add(
          new MemoryOutbound(
              next,
              exchange.fingerprint().withCount(inputCounts[next]),
              links.segmentBytes(),
              input.address() + from.start(next) * bytes,
              inputCounts[next] * bytes,
              null));
      in.add(
          new MemoryInbound(
              previous,
              exchange.fingerprint().withCount(outputCounts[previous]),
              links.segmentBytes(),
              output.address() + to.start(previous) * bytes,
              outputCounts[previous] * bytes));
    }
    if (exchange.fingerprint().algorithm() == Fingerprint.Algorithm.DIRECT) {
      exchange.run(in, out);
    } else {
      for (int round = 0; round < in.size(); round++) {
        exchange.run(in.get(round), out.get(round));
      }
    }
  }
}
