package ai.cresset.parallel.comm.collective;

/** Ends when every rank has begun. */
public final class Barrier {
  private Barrier() {}

  public static void run(Exchange exchange) throws PeerLostException {
    RecursiveDoubling.barrier(exchange);
  }
}
