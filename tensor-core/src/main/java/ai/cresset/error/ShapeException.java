package ai.cresset.error;

/** Shapes that do not fit an operation, a parameter or each other. */
public final class ShapeException extends CressetException {
  private static final long serialVersionUID = 1L;

  /** What is wrong, without the operation that says so. */
  private final String problem;

  private ShapeException(String op, String problem) {
    super(op + ": " + problem);
    this.problem = problem;
  }

  /** An operation got shapes its rule refuses. */
  public static ShapeException mismatch(String op, String expected, Object got) {
    return new ShapeException(op, "expected " + expected + ", got " + got);
  }

  /** The same with what to do about it. */
  public static ShapeException mismatch(String op, String expected, Object got, String remedy) {
    return new ShapeException(op, "expected " + expected + ", got " + got + "; " + remedy);
  }

  /** Shapes that do not broadcast. */
  public static ShapeException broadcast(String op, Object left, Object right, int dim) {
    return new ShapeException(
        op,
        "shapes "
            + left
            + " and "
            + right
            + " do not broadcast: sizes differ at dim "
            + dim
            + " and neither is 1; reshape or expand one of them");
  }

  /** A dimension outside of the rank. */
  public static ShapeException dim(String op, int dim, int rank) {
    return new ShapeException(
        op,
        "dim "
            + dim
            + " is outside of ["
            + -rank
            + ", "
            + (rank - 1)
            + "] for a tensor of rank "
            + rank);
  }

  /** An index outside of a dimension. */
  public static ShapeException index(String op, long index, long size) {
    return new ShapeException(
        op,
        "index "
            + index
            + " is outside of a dimension of size "
            + size
            + "; expected "
            + (size == 0 ? "no index at all" : "[0, " + (size - 1) + "]"));
  }

  /** An index outside of a dimension, negative ones counting from the end. */
  public static ShapeException index(String op, int dim, long index, long size) {
    return new ShapeException(
        op,
        "index "
            + index
            + " is outside of dim "
            + dim
            + " of size "
            + size
            + "; expected "
            + (size == 0 ? "no index at all" : "[" + -size + ", " + (size - 1) + "]"));
  }

  /**
   * The same, told by the operation that a user called instead of one that it is made of.
   *
   * @param remedy what this means there, and what to do about it
   */
  public ShapeException toldBy(String op, String remedy) {
    ShapeException told = new ShapeException(op, problem + ": " + remedy);
    told.initCause(this);
    return told;
  }
}
