package ai.cresset.error;

/** A collective or a channel that failed; raised on every rank, root cause first. */
public final class CommunicationException extends CressetException {
  private static final long serialVersionUID = 1L;

  private CommunicationException(String message) {
    super(message);
  }

  private CommunicationException(String message, Throwable cause) {
    super(message, cause);
  }

  /** A peer that went away, did not answer in time or refused. */
  public static CommunicationException because(String message) {
    return new CommunicationException(message);
  }

  /** The same with what the system said. */
  public static CommunicationException because(String message, Throwable cause) {
    return new CommunicationException(message, cause);
  }
}
