package ai.cresset.parallel.comm.collective;

/**
 * Elements cut into one chunk per rank, as even as possible, and chunks into segments. Every chunk
 * has the same number of segments; in the shorter ones the last may be empty.
 *
 * @param count elements
 * @param parts chunks
 * @param segmentElements elements of a full segment
 */
record Chunks(long count, int parts, int segmentElements) {
  long start(int chunk) {
    return chunk * (count / parts) + Math.min(chunk, count % parts);
  }

  long length(int chunk) {
    return start(chunk + 1) - start(chunk);
  }

  /** Segments of each chunk, at least one. */
  int segments() {
    return (int) Math.max(1, (length(0) + segmentElements - 1) / segmentElements);
  }

  long segmentStart(int chunk, int segment) {
    return start(chunk) + Math.min(length(chunk), (long) segment * segmentElements);
  }

  int segmentLength(int chunk, int segment) {
    return (int) (segmentStart(chunk, segment + 1) - segmentStart(chunk, segment));
  }
}
