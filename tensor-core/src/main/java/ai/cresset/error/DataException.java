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

  /** A file whose content contradicts itself or its manifest. */
  public static DataException corrupt(Object file, String place, String problem) {
    return new DataException(
        file + ": " + place + ": " + problem + "; the file is corrupt, write the data set anew");
  }

  /** The same with what the system said. */
  public static DataException corrupt(Object file, String place, Throwable cause) {
    return new DataException(
        file + ": " + place + ": " + cause + "; the file is corrupt, write the data set anew",
        cause);
  }

  /**
   * A sample that could not be read.
   *
   * @param number its place in the data set
   * @param place what the data set calls it
   */
  public static DataException sample(long number, String place, Throwable cause) {
    String name = "sample " + number;
    String reason = cause instanceof CressetException ? cause.getMessage() : cause.toString();
    return new DataException(
        (place.equals(name) ? name : name + " (" + place + ")") + ": " + reason, cause);
  }

  /** An element outside of what an operation is defined for. */
  public static DataException outside(String op, String input, String range) {
    return new DataException(op + ": an element of " + input + " is outside of " + range);
  }

  /** A null where a value is needed. {@code row} counts within the partition, from 0. */
  public static DataException nullValue(String column, int partition, long row) {
    return new DataException(
        "column '"
            + column
            + "': null in partition "
            + partition
            + ", row "
            + row
            + "; expected a value: fill it with na().fill, or drop such rows before training");
  }

  /** An array of another length than the column's. {@code row} counts within the partition. */
  public static DataException ragged(
      String column, int partition, long row, long expected, long got, String unit) {
    return new DataException(
        "column '"
            + column
            + "': expected "
            + expected
            + " "
            + unit
            + " in every row, got "
            + got
            + " in partition "
            + partition
            + ", row "
            + row
            + "; pad the rows, or ask for the column with variable length");
  }

  /** A column of a type that has no tensor form. */
  public static DataException unsupported(String column, Object type, String accepted) {
    return new DataException(
        "column '" + column + "' has type " + type + "; accepted are " + accepted);
  }

  /** A divisor of 0 among integers, which have no infinity to answer with. */
  public static DataException divisionByZero(String op) {
    return new DataException(
        op + ": integer division by zero; mask the zeros first, or cast to a floating type");
  }
}
