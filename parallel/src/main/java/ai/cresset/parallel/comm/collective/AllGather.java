package ai.cresset.parallel.comm.collective;

import ai.cresset.memory.NativeMemory;
import ai.cresset.parallel.comm.Slice;

/** Every rank ends with the inputs of all, one after the other. */
public final class AllGather {
  private AllGather() {}

  public static void run(Exchange exchange, Slice input, Slice output) throws PeerLostException {
    int size = exchange.links().size();
    int rank = exchange.links().rank();
    long own = output.address() + rank * input.bytes();
    if (own != input.address()) {
      NativeMemory.copy(input.address(), own, input.bytes());
    }
    if (size > 1) {
      new Ring(exchange, output.address(), output.count(), output.dtype(), null, -1)
          .run(size - 1, 2 * size - 2);
    }
  }
}
