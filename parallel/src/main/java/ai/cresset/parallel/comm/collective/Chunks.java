package ai.cresset.parallel.comm.collective;

import java.util.Arrays;

/**
 * Elements cut into one chunk per rank, and chunks into segments. Every chunk has the same number
 * of segments; in the shorter ones the last may be empty.
 */
final class Chunks {
  private final long[] starts;
  private final int segmentElements;
  private final int segments;

  private Chunks(long[] counts, int segmentElements) {
    this.starts = new long[counts.length + 1];
    this.segmentElements = segmentElements;
    long longest = 0;
    for (int i = 0; i < counts.length; i++) {
      starts[i + 1] = starts[i] + counts[i];
      longest = Math.max(longest, counts[i]);
    }
    this.segments = (int) Math.max(1, (longest + segmentElements - 1) / segmentElements);
  }

  /** As even as possible: the first ones have one element more if that does not come out. */
  static Chunks even(long count, int parts, int segmentElements) {
    long[] counts = new long[parts];
    Arrays.setAll(counts, part -> count / parts + (part < count % parts ? 1 : 0));
    return new Chunks(counts, segmentElements);
  }

  /** Of given lengths, by rank. */
  static Chunks of(long[] counts, int segmentElements) {
    return new Chunks(counts, segmentElements);
  }

  /** Elements of all chunks. */
  long count() {
    return starts[starts.length - 1];
  }

  long start(int chunk) {
    return starts[chunk];
  }

  long length(int chunk) {
    return starts[chunk + 1] - starts[chunk];
  }

  /** Segments of each chunk, at least one. */
  int segments() {
    return segments;
  }

  long segmentStart(int chunk, int segment) {
    return start(chunk) + Math.min(length(chunk), (long) segment * segmentElements);
  }

  int segmentLength(int chunk, int segment) {
    return (int) (segmentStart(chunk, segment + 1) - segmentStart(chunk, segment));
  }
}
