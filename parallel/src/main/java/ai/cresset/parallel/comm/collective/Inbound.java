package ai.cresset.parallel.comm.collective;

import ai.cresset.error.CommunicationException;
import java.nio.ByteBuffer;

/**
 * A flow from a peer. Its first buffer begins with the fingerprint of the peer, which must be ours;
 * the rest is up to the subclass.
 */
abstract class Inbound extends Flow {
  private final Fingerprint expected;
  private boolean checked;

  Inbound(int peer, Fingerprint expected) {
    super(peer);
    this.expected = expected;
  }

  /** Looks at the fingerprint as soon as it is there: a peer in another operation sends no more. */
  @Override
  final void received(ByteBuffer buffer, int rank) {
    if (checked || buffer.position() < Fingerprint.BYTES) {
      return;
    }
    checked = true;
    Fingerprint got = Fingerprint.read(buffer, 0);
    if (!expected.equals(got)) {
      throw CommunicationException.because(
          "ranks do different things: rank "
              + rank
              + " runs "
              + expected
              + ", rank "
              + peer()
              + (got == null ? " sent something that is no operation" : " runs " + got)
              + "; every rank must run the same operations in the same order");
    }
  }
}
