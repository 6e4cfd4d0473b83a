package ai.cresset.parallel.comm.collective;

import ai.cresset.memory.NativeMemory;
import ai.cresset.parallel.comm.Slice;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rank r ends with part r of the root's input. */
public final class Scatter {
  private Scatter() {}

  /**
   * Sends each rank its elements from the root, or takes them.
   *
   * @param input null where it is not needed, which is everywhere but at the root
   * @param counts elements of each rank
   */
  public static void run(
      Exchange exchange, @Nullable Slice input, Slice output, long[] counts, int root)
      throws PeerLostException {
    Links links = exchange.links();
    Fingerprint fingerprint = exchange.fingerprint();
    int segmentBytes = links.segmentBytes();
    List<Flow> in = new ArrayList<>();
    List<Flow> out = new ArrayList<>();
    if (links.rank() != root || input == null) {
      in.add(new MemoryInbound(root, fingerprint, segmentBytes, output.address(), output.bytes()));
    } else {
      Chunks chunks = links.chunks(counts, output.dtype());
      for (int peer = 0; peer < links.size(); peer++) {
        long part = input.address() + chunks.start(peer) * output.dtype().bytes();
        long bytes = chunks.length(peer) * output.dtype().bytes();
        if (peer != root) {
          out.add(new MemoryOutbound(peer, fingerprint, segmentBytes, part, bytes, null));
        } else if (part != output.address()) {
          NativeMemory.copy(part, output.address(), bytes);
        }
      }
    }
    exchange.run(in, out);
  }
}
