package ai.cresset.error;

/** A request that a parameter server refuses. Nothing of it was done. */
public final class ServerException extends CressetException {
  private static final long serialVersionUID = 1L;

  private ServerException(String message) {
    super(message);
  }

  /** Any refusal; the text says what to change. */
  public static ServerException because(String message) {
    return new ServerException(message);
  }

  /** A table that no server has. */
  public static ServerException unknownTable(Object got, Object known) {
    return new ServerException(
        "table '"
            + got
            + "' does not exist; the servers have "
            + known
            + ": name one of them, or add it to the tables that the servers are started with");
  }

  /** An id that a table does not have. */
  public static ServerException badId(String table, long id, long ids) {
    return new ServerException(
        "table '"
            + table
            + "': expected ids from 0 to "
            + (ids - 1)
            + ", got "
            + id
            + "; make the table larger, or check what gives the ids. Nothing was changed");
  }

  /** Rows of another width than the table's. */
  public static ServerException wrongWidth(String table, int width, long rows, long got) {
    return new ServerException(
        "table '"
            + table
            + "': expected "
            + rows
            + " x "
            + width
            + " = "
            + rows * width
            + " numbers for "
            + rows
            + " rows, got "
            + got
            + "; the width of a table is fixed when it is made. Nothing was changed");
  }

  /** A server without room for new rows. */
  public static ServerException full(
      int server, String table, long rows, long needed, long used, long limit) {
    return new ServerException(
        "server "
            + server
            + " is full: table '"
            + table
            + "' needs "
            + rows
            + " new rows, "
            + needed
            + " bytes; "
            + used
            + " of "
            + limit
            + " bytes are used; raise the memory limit, add servers, or evict rows that were not"
            + " used for long. Nothing was changed");
  }

  /** Ids with gradients that are not numbers. */
  public static ServerException notFinite(String table, long id) {
    return new ServerException(
        "table '"
            + table
            + "': the gradient of id "
            + id
            + " is not finite; lower the learning rate, or clip. Nothing was changed");
  }
}
