package ai.cresset.parallel.comm;

import ai.cresset.error.ConfigException;

/**
 * What a message costs: {@code latency + bytes / bandwidth}. Chooses between recursive doubling,
 * which takes the fewest steps, the ring, which moves the fewest bytes, and recursive halving
 * between them (Thakur, Rabenseifner, Gropp 2005).
 *
 * <p>A fixed value and not a measurement of each start: the choice changes the order of additions,
 * and a run must give the same bits when it is repeated or resumed. {@code CollectivesBenchmark}
 * measures it for another network.
 *
 * @param latencyNanos time of an empty message
 * @param bytesPerSecond bandwidth of one channel
 */
public record LinkModel(long latencyNanos, long bytesPerSecond) {
  /**
   * An estimate for two processes of one machine; fixed, since a measured one would change bits.
   */
  public static final LinkModel LOOPBACK = new LinkModel(20_000, 1_500_000_000);

  /** Recursive doubling holds whole messages in scratch memory, so it ends here in any case. */
  public static final long MAX_DOUBLING_BYTES = 1 << 16;

  public LinkModel {
    if (latencyNanos <= 0 || bytesPerSecond <= 0) {
      throw ConfigException.value(
          "comm.link", latencyNanos + " ns, " + bytesPerSecond + " B/s", "more than zero");
    }
  }

  /** All-reduces of up to this many bytes are made by recursive doubling. */
  public long doublingBytes(int ranks) {
    if (ranks <= 2) {
      return MAX_DOUBLING_BYTES;
    }
    int powerOfTwo = Integer.highestOneBit(ranks);
    int extra = powerOfTwo == ranks ? 0 : 2;
    double hops = Integer.numberOfTrailingZeros(powerOfTwo) + extra;
    double ringHops = 2.0 * (ranks - 1);
    double ringShare = 2.0 * (ranks - 1) / ranks;
    double seconds = latencyNanos * 1e-9 * (ringHops - hops);
    double bytes = Math.max(0, seconds * bytesPerSecond / (hops - ringShare));
    return Math.min(MAX_DOUBLING_BYTES, (long) bytes / 64 * 64);
  }

  /**
   * Reductions of up to this many bytes are made by recursive halving, which takes fewer steps than
   * the ring and moves as many bytes: as long as the steps saved are worth a twentieth of the time.
   * Larger ones go round the ring, whose neighbours stay the same. 0 where the ranks are no power
   * of two, or two: there both are the same.
   */
  public long halvingBytes(int ranks) {
    if (ranks <= 2 || Integer.bitCount(ranks) != 1) {
      return 0;
    }
    double savedSteps = 2.0 * (ranks - 1 - Integer.numberOfTrailingZeros(ranks));
    double share = 2.0 * (ranks - 1) / ranks;
    return (long) (20 * savedSteps * latencyNanos * 1e-9 * bytesPerSecond / share) / 64 * 64;
  }
}
