package ai.cresset.error;

/** Input data that cannot be used: files, columns, rows. */
public final class DataException extends CressetException {
  private static final long serialVersionUID = 1L;

  private DataException(String message) {
    super(message);
  }

  private DataException(String message, Throwable cause) {
    super(message, cause);
  }

  /** A refusal that names file, column or row. */
  public static DataException because(String message) {
    return new DataException(message);
  }

  /** The same with what the system said. */
  public static DataException because(String message, Throwable cause) {
    return new DataException(message, cause);
  }
}
