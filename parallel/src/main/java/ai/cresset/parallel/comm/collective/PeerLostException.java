package ai.cresset.parallel.comm.collective;

import java.io.IOException;

/** The channel to a peer broke. Whether that is the root cause is for the group to find out. */
public final class PeerLostException extends IOException {
  private static final long serialVersionUID = 1L;

  private final int peer;

  PeerLostException(int peer, IOException cause) {
    super(cause.getMessage(), cause);
    this.peer = peer;
  }

  /** The rank behind the channel. */
  public int peer() {
    return peer;
  }
}
