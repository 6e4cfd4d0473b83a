package ai.cresset.error;

/**
 * The root of the family. Unchecked: the caller of a tensor operation can rarely mend its cause,
 * and the text says what to change.
 */
public abstract class CressetException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  protected CressetException(String message) {
    super(message);
  }

  protected CressetException(String message, Throwable cause) {
    super(message, cause);
  }
}
