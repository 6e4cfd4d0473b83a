package ai.cresset.parallel.comm;

/**
 * One message between two ranks. Messages between the same two ranks arrive in the order in which
 * both of them named them.
 */
public sealed interface Transfer {
  /** What is read or written. */
  Slice slice();

  /** The other rank. */
  int peer();

  /** Sends a slice to a rank. */
  record Send(Slice slice, int peer) implements Transfer {}

  /** Fills a slice from a rank. */
  record Receive(Slice slice, int peer) implements Transfer {}
}
