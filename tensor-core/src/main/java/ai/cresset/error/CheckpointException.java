package ai.cresset.error;

import java.util.List;

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

  /** A state whose names or shapes differ from the model's. */
  public static CheckpointException stateMismatch(
      String model, List<String> missing, List<String> unexpected, List<String> misshaped) {
    StringBuilder text = new StringBuilder("the state does not fit ").append(model);
    list(text, "missing (the model has them, the state does not)", missing);
    list(text, "unexpected (the state has them, the model does not)", unexpected);
    list(text, "mis-shaped", misshaped);
    text.append("\n  nothing was loaded; build the model with the configuration of the state");
    return new CheckpointException(text.toString());
  }

  private static void list(StringBuilder text, String title, List<String> names) {
    if (!names.isEmpty()) {
      text.append("\n  ").append(title).append(": ").append(String.join(", ", names));
    }
  }

  /** A file whose content contradicts itself. {@code place} is a tensor or a part of the file. */
  public static CheckpointException corrupt(Object file, String place, String problem) {
    return new CheckpointException(
        file + ": " + place + ": " + problem + "; the file is damaged, use another copy of it");
  }

  /** The same with what the system said. */
  public static CheckpointException corrupt(Object file, String place, Throwable cause) {
    return new CheckpointException(
        file + ": " + place + ": " + cause + "; the file is damaged, use another copy of it",
        cause);
  }

  /** A file that cannot be read or written at all. */
  public static CheckpointException failed(String what, Object file, Throwable cause) {
    return new CheckpointException("cannot " + what + " " + file + ": " + cause, cause);
  }
}
