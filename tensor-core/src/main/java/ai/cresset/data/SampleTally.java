package ai.cresset.data;

/**
 * Which samples were used, in constant space: how many, and the sum of their hashes. Tallies of
 * parts add up to that of the whole in any order. Of as many samples as a data set has, a sum equal
 * to that of {@link #all} means that each was there exactly once, but for one chance in 2^64.
 *
 * @param samples how many
 * @param hashes the sum of their hashes, modulo 2^64
 */
public record SampleTally(long samples, long hashes) {
  /** No samples. */
  public static final SampleTally NONE = new SampleTally(0, 0);

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  /** The tally of these samples. */
  public static SampleTally of(long... samples) {
    long hashes = 0;
    for (long sample : samples) {
      hashes += hash(sample);
    }
    return new SampleTally(samples.length, hashes);
  }

  /** The tally of samples 0 to {@code size - 1}, each once. Takes a nanosecond or two for each. */
  public static SampleTally all(long size) {
    long hashes = 0;
    for (long sample = 0; sample < size; sample++) {
      hashes += hash(sample);
    }
    return new SampleTally(size, hashes);
  }

  /** The finalizer of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014). */
  private static long hash(long sample) {
    long mixed = (sample + 1) * GOLDEN;
    mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }

  /** Both together. */
  public SampleTally plus(SampleTally other) {
    return new SampleTally(samples + other.samples, hashes + other.hashes);
  }
}
