package ai.cresset.parallel.comm.handshake;

import java.io.IOException;

/**
 * The listening side fits but is about to end. Whether to dial again is the caller's choice: a
 * successor may listen there soon.
 */
public final class ListenerClosingException extends IOException {
  private static final long serialVersionUID = 1L;

  ListenerClosingException(String message) {
    super(message);
  }
}
