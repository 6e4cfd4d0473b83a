package ai.cresset.parallel.comm.collective;

import ai.cresset.parallel.comm.Slice;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A binomial tree: the root sends to n/2, n/4, ... ranks, each of which passes segments on as they
 * come in.
 */
public final class Broadcast {
  private Broadcast() {}

  public static void run(Exchange exchange, Slice slice, int root) throws PeerLostException {
    Links links = exchange.links();
    int size = links.size();
    Fingerprint fingerprint = exchange.fingerprint();
    // Places count from the root; a place's parent lacks its lowest bit.
    int place = Math.floorMod(links.rank() - root, size);
    int lowest = place == 0 ? Integer.highestOneBit(size) << 1 : Integer.lowestOneBit(place);
    @Nullable MemoryInbound in = null;
    if (place != 0) {
      int parent = Math.floorMod(place - lowest + root, size);
      in =
          new MemoryInbound(
              parent, fingerprint, links.segmentBytes(), slice.address(), slice.bytes());
    }
    List<Flow> out = new ArrayList<>();
    for (int bit = lowest >> 1; bit > 0; bit >>= 1) {
      if (place + bit < size) {
        int child = Math.floorMod(place + bit + root, size);
        out.add(
            new MemoryOutbound(
                child, fingerprint, links.segmentBytes(), slice.address(), slice.bytes(), in));
      }
    }
    exchange.run(in == null ? List.of() : List.of(in), out);
  }
}
