package ai.cresset.data.arrow;

import ai.cresset.error.DTypeException;
import ai.cresset.type.DType;
import java.io.Serializable;

/**
 * The form of a column. A row of a fixed form has the same number of bytes everywhere; a row of a
 * variable form has a length of its own.
 */
public sealed interface ColumnType extends Serializable {
  /** The type of one element; {@code uint8} for bytes and text. */
  DType dtype();

  /** Whether all rows have the same length. */
  boolean isFixed();

  /** Elements of one row. Fixed forms only. */
  default int length() {
    throw new IllegalStateException(this + " has no fixed length");
  }

  /** Bytes of one row. Fixed forms only. */
  default long rowBytes() {
    return (long) length() * dtype().bytes();
  }

  /** One number or boolean a row. */
  record Scalar(DType dtype) implements ColumnType {
    public Scalar {
      checkElement(dtype);
    }

    @Override
    public boolean isFixed() {
      return true;
    }

    @Override
    public int length() {
      return 1;
    }

    @Override
    public String toString() {
      return dtype.toString();
    }
  }

  /** {@code length} elements a row: Arrow's FixedSizeList. */
  record FixedArray(DType dtype, int length) implements ColumnType {
    public FixedArray {
      checkElement(dtype);
      if (length < 1) {
        throw new IllegalArgumentException("fixed array of length " + length);
      }
    }

    @Override
    public boolean isFixed() {
      return true;
    }

    @Override
    public String toString() {
      return dtype + "[" + length + "]";
    }
  }

  /** Any number of elements a row: Arrow's List. */
  record VariableArray(DType dtype) implements ColumnType {
    public VariableArray {
      checkElement(dtype);
    }

    @Override
    public boolean isFixed() {
      return false;
    }

    @Override
    public String toString() {
      return dtype + "[]";
    }
  }

  /** Any number of bytes a row. */
  record Binary() implements ColumnType {
    @Override
    public DType dtype() {
      return DType.UINT8;
    }

    @Override
    public boolean isFixed() {
      return false;
    }

    @Override
    public String toString() {
      return "binary";
    }
  }

  /** Text in UTF-8. */
  record Text() implements ColumnType {
    @Override
    public DType dtype() {
      return DType.UINT8;
    }

    @Override
    public boolean isFixed() {
      return false;
    }

    @Override
    public String toString() {
      return "text";
    }
  }

  private static void checkElement(DType dtype) {
    if (dtype == DType.FLOAT16 || dtype == DType.BFLOAT16) {
      throw DTypeException.unsupported(
          "data set column", dtype, "bool, uint8, int8 to int64, float32, float64");
    }
  }
}
