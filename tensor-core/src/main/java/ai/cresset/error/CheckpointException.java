package ai.cresset.error;

/** Checkpoints and model files that are damaged, incomplete or do not fit the model. */
public final class CheckpointException extends CressetException {
  private static final long serialVersionUID = 1L;

  private CheckpointException(String message) {
    super(message);
  }

  private CheckpointException(String message, Throwable cause) {
    super(message, cause);
  }

  /** A refusal that names the file. */
  public static CheckpointException because(String message) {
    return new CheckpointException(message);
  }

  /** The same with what the system said. */
  public static CheckpointException because(String message, Throwable cause) {
    return new CheckpointException(message, cause);
  }
}
