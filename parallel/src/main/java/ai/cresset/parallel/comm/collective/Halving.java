package ai.cresset.parallel.comm.collective;

import ai.cresset.parallel.comm.ReduceOp;
import ai.cresset.type.DType;

/**
 * Recursive halving and its mirror, for a power of two of ranks: as few bytes as the ring in
 * log2(n) steps instead of n - 1 (Rabenseifner 2004).
 *
 * <pre>
 *   reduce-scatter   with the partner n/2, n/4, ... 1 away: send the half that is the partner's,
 *                    combine the own half; in the end rank r holds chunk r
 *   all-gather       with the partner 1, 2, ... n/2 away: send what is held, receive as much
 * </pre>
 *
 * <p>In each step the lower rank's values stand to the left, so the order of additions depends on
 * ranks alone.
 */
final class Halving {
  private final Exchange exchange;
  private final Links links;
  private final Chunks chunks;
  private final DType dtype;
  private final long address;

  /**
   * @param dtype of the elements at {@code address}
   */
  Halving(Exchange exchange, long address, Chunks chunks, DType dtype) {
    this.exchange = exchange;
    this.links = exchange.links();
    this.chunks = chunks;
    this.dtype = dtype;
    this.address = address;
  }

  void reduceScatter(ReduceOp op) throws PeerLostException {
    for (int bit = links.size() / 2; bit > 0; bit /= 2) {
      int partner = links.rank() ^ bit;
      int mine = block(links.rank(), bit);
      exchange.run(
          new CombiningInbound(partner, exchange, address(mine), count(mine, bit), dtype, op),
          outbound(partner, block(partner, bit), bit));
    }
  }

  void allGather() throws PeerLostException {
    for (int bit = 1; bit < links.size(); bit *= 2) {
      int partner = links.rank() ^ bit;
      int theirs = block(partner, bit);
      exchange.run(
          new MemoryInbound(
              partner,
              exchange.fingerprint(),
              links.segmentBytes(),
              address(theirs),
              count(theirs, bit) * dtype.bytes()),
          outbound(partner, block(links.rank(), bit), bit));
    }
  }

  /** The first of the {@code length} neighbouring chunks among which that of a rank is. */
  private static int block(int rank, int length) {
    return rank / length * length;
  }

  private long address(int chunk) {
    return address + chunks.start(chunk) * dtype.bytes();
  }

  /** Elements of {@code length} chunks. */
  private long count(int chunk, int length) {
    return chunks.start(chunk + length) - chunks.start(chunk);
  }

  private MemoryOutbound outbound(int peer, int chunk, int length) {
    return new MemoryOutbound(
        peer,
        exchange.fingerprint(),
        links.segmentBytes(),
        address(chunk),
        count(chunk, length) * dtype.bytes(),
        null);
  }
}
