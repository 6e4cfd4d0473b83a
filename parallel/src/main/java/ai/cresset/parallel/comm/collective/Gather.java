package ai.cresset.parallel.comm.collective;

import ai.cresset.memory.NativeMemory;
import ai.cresset.parallel.comm.Slice;
import ai.cresset.type.DType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The root ends with the inputs of all, one after the other. */
public final class Gather {
  private Gather() {}

  /**
   * Sends this rank's elements to the root, or collects them there.
   *
   * @param output null where it is not needed, which is everywhere but at the root
   * @param counts elements of each rank
   */
  public static void run(
      Exchange exchange, Slice input, @Nullable Slice output, long[] counts, int root)
      throws PeerLostException {
    Links links = exchange.links();
    Chunks chunks = links.chunks(counts, input.dtype());
    long target = output == null ? 0 : output.address();
    if (output != null && links.rank() == root) {
      long own = target + chunks.start(root) * input.dtype().bytes();
      if (own != input.address()) {
        NativeMemory.copy(input.address(), own, input.bytes());
      }
    }
    parts(exchange, input.address(), target, input.dtype(), chunks, root);
  }

  /** Brings the chunks of all other ranks, each at {@code part} there, to {@code target}. */
  static void parts(Exchange exchange, long part, long target, DType dtype, Chunks chunks, int root)
      throws PeerLostException {
    Links links = exchange.links();
    List<Flow> in = new ArrayList<>();
    List<Flow> out = new ArrayList<>();
    if (links.rank() == root) {
      for (int peer = 0; peer < links.size(); peer++) {
        if (peer != root) {
          in.add(
              new MemoryInbound(
                  peer,
                  exchange.fingerprint(),
                  links.segmentBytes(),
                  target + chunks.start(peer) * dtype.bytes(),
                  chunks.length(peer) * dtype.bytes()));
        }
      }
    } else {
      long bytes = chunks.length(links.rank()) * dtype.bytes();
      out.add(
          new MemoryOutbound(
              root, exchange.fingerprint(), links.segmentBytes(), part, bytes, null));
    }
    exchange.run(in, out);
  }
}
