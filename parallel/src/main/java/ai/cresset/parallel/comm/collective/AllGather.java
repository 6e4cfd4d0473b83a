package ai.cresset.parallel.comm.collective;

import ai.cresset.memory.NativeMemory;
import ai.cresset.parallel.comm.Slice;
import java.util.ArrayList;
import java.util.List;

/**
 * Every rank ends with the inputs of all, one after the other: small ones by a message from each to
 * each, large ones around the ring.
 */
public final class AllGather {
  private AllGather() {}

  /**
   * Runs the algorithm that the fingerprint of {@code exchange} names.
   *
   * @param counts elements of each rank
   */
  public static void run(Exchange exchange, Slice input, Slice output, long[] counts)
      throws PeerLostException {
    Links links = exchange.links();
    Chunks chunks = links.chunks(counts, output.dtype());
    long own = output.address() + chunks.start(links.rank()) * output.dtype().bytes();
    if (own != input.address()) {
      NativeMemory.copy(input.address(), own, input.bytes());
    }
    if (links.size() == 1) {
      return;
    }
    if (exchange.fingerprint().algorithm() == Fingerprint.Algorithm.DIRECT) {
      direct(exchange, output, chunks, own);
    } else {
      new Ring(exchange, output.address(), chunks, output.dtype(), null)
          .run(links.size() - 1, 2 * links.size() - 2);
    }
  }

  private static void direct(Exchange exchange, Slice output, Chunks chunks, long own)
      throws PeerLostException {
    Links links = exchange.links();
    int bytes = output.dtype().bytes();
    List<Flow> in = new ArrayList<>();
    List<Flow> out = new ArrayList<>();
    for (int peer = 0; peer < links.size(); peer++) {
      if (peer != links.rank()) {
        out.add(
            new MemoryOutbound(
                peer,
                exchange.fingerprint(),
                links.segmentBytes(),
                own,
                chunks.length(links.rank()) * bytes,
                null));
        in.add(
            new MemoryInbound(
                peer,
                exchange.fingerprint(),
                links.segmentBytes(),
                output.address() + chunks.start(peer) * bytes,
                chunks.length(peer) * bytes));
      }
    }
    exchange.run(in, out);
  }
}
