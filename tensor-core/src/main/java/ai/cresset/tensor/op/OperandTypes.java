package ai.cresset.tensor.op;

import ai.cresset.error.DTypeException;
import ai.cresset.type.DType;

/** Which element types an operation takes. */
public enum OperandTypes {
  /** All. */
  ANY("all types"),
  /** Integers and floats. */
  NUMBERS("the integers and the floating types"),
  /** Floats. */
  FLOATING("the floating types"),
  /** Integers and bool. */
  INTEGRAL("the integers and bool"),
  /** Integers. */
  INTEGERS("the integers");

  private final String description;

  OperandTypes(String description) {
    this.description = description;
  }

  /**
   * Refuses other types.
   *
   * @throws DTypeException naming the operation
   */
  public void check(String op, DType type) {
    boolean accepted =
        switch (this) {
          case ANY -> true;
          case NUMBERS -> type != DType.BOOL;
          case FLOATING -> type.isFloating();
          case INTEGRAL -> !type.isFloating();
          case INTEGERS -> type.isIntegral();
        };
    if (!accepted) {
      throw DTypeException.unsupported(op, type, description);
    }
  }
}
