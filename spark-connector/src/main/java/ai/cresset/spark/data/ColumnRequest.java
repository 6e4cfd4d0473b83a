package ai.cresset.spark.data;

import ai.cresset.error.ConfigException;
import ai.cresset.type.DType;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A column that somebody wants, and in which form.
 *
 * @param name the column of the DataFrame
 * @param form its form; {@code AUTO} takes what its type suggests
 * @param dtype the element type, where the column leaves a choice: float32 or float64 for ML
 *     vectors, what the bytes mean for packed binary; null for the usual one
 * @param length elements of a row of fixed form; 0 to take it from the column's metadata or from
 *     the first row
 */
public record ColumnRequest(String name, Form form, @Nullable DType dtype, int length)
    implements Serializable {
  /** Forms to ask for. */
  public enum Form {
    /** Scalars as scalars, arrays and vectors with fixed length, binary and text as they are. */
    AUTO,
    /** An array, a vector or packed binary with the same length in each row. */
    FIXED,
    /** An array with a length of its own in each row. */
    VARIABLE
  }

  public ColumnRequest {
    if (length < 0) {
      throw ConfigException.value("length of column '" + name + "'", length, "0 or more");
    }
  }

  /** The form that the column's type suggests. */
  public static ColumnRequest of(String name) {
    return new ColumnRequest(name, Form.AUTO, null, 0);
  }

  /** An array with {@code length} elements in each row; 0 to find out. */
  public static ColumnRequest fixed(String name, int length) {
    return new ColumnRequest(name, Form.FIXED, null, length);
  }

  /** An array with any number of elements, such as tokens. */
  public static ColumnRequest variable(String name) {
    return new ColumnRequest(name, Form.VARIABLE, null, 0);
  }

  /** An ML vector, dense or sparse, as {@code float32} or {@code float64}. */
  public static ColumnRequest vector(String name, DType dtype) {
    return new ColumnRequest(name, Form.FIXED, dtype, 0);
  }

  /** A binary column whose bytes are {@code length} little-endian elements; 0 to find out. */
  public static ColumnRequest packed(String name, DType dtype, int length) {
    return new ColumnRequest(name, Form.FIXED, dtype, length);
  }

  @Override
  public String toString() {
    return name + " " + form + " " + dtype + " " + length;
  }
}
