package ai.cresset.error;

import java.util.Locale;

/** Element types that an operation does not take. */
public final class DTypeException extends CressetException {
  private static final long serialVersionUID = 1L;

  private DTypeException(String message) {
    super(message);
  }

  /** An operation got a type it does not take. */
  public static DTypeException unsupported(String op, Object got, String accepted) {
    return new DTypeException(
        op + ": dtype " + got + " is not supported; cast with to(DType) to one of " + accepted);
  }

  /** Two types that had to be equal. */
  public static DTypeException mismatch(String op, Object expected, Object got) {
    return new DTypeException(
        op
            + ": expected dtype "
            + expected
            + ", got "
            + got
            + "; cast with to(DType."
            + expected.toString().toUpperCase(Locale.ROOT)
            + ")");
  }

  /** Arithmetic that booleans do not have. */
  public static DTypeException booleans(String op) {
    return new DTypeException(
        op
            + ": dtype bool is not supported; turn a mask around with logicalNot(), combine masks with"
            + " logicalAnd, logicalOr or logicalXor, or cast with to(DType)");
  }

  /** A result that cannot be stored in the tensor it should replace. */
  public static DTypeException notCastable(String op, Object result, Object target) {
    return new DTypeException(
        op
            + ": the result has dtype "
            + result
            + ", which cannot be stored in a tensor of "
            + target
            + "; use the form without underscore, or cast with to(DType) first");
  }
}
