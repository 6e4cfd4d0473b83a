package ai.cresset.parallel.comm.handshake;

import java.io.IOException;

/** What came in is no greeting of this protocol. */
final class MalformedHelloException extends IOException {
  private static final long serialVersionUID = 1L;

  MalformedHelloException(String message) {
    super(message);
  }
}
