package ai.cresset.spark.data;

import ai.cresset.data.arrow.Column;
import ai.cresset.data.arrow.ColumnType;
import ai.cresset.error.DTypeException;
import ai.cresset.error.DataException;
import ai.cresset.type.DType;
import java.util.Optional;
import java.util.function.ToIntFunction;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;

/** Decides what a requested column becomes, before any job runs. */
final class ColumnBinding {
  static final String ACCEPTED =
      "boolean, tinyint, smallint, int, bigint, float, double, arrays of these, ML vectors, binary,"
          + " string";

  private final ColumnRequest request;
  private final StructField field;
  private final ToIntFunction<StructField> firstRowElements;

  private ColumnBinding(
      ColumnRequest request, StructField field, ToIntFunction<StructField> firstRowElements) {
    this.request = request;
    this.field = field;
    this.firstRowElements = firstRowElements;
  }

  /**
   * Binds a column.
   *
   * @param firstRowElements how many elements (bytes of binary) the first row has; asked only when
   *     neither request nor metadata give a length
   */
  static BoundColumn bind(
      ColumnRequest request, StructField field, ToIntFunction<StructField> firstRowElements) {
    ColumnType type = new ColumnBinding(request, field, firstRowElements).type();
    return new BoundColumn(field.dataType(), new Column(request.name(), type));
  }

  private ColumnType type() {
    DType primitive = SparkTypes.primitive(field.dataType());
    if (primitive != null) {
      return scalar(primitive);
    }
    if (SparkTypes.isVector(field.dataType())) {
      return vector();
    }
    if (field.dataType() instanceof ArrayType array) {
      DType element = SparkTypes.primitive(array.elementType());
      if (element != null) {
        return array(element);
      }
    }
    if (field.dataType() instanceof BinaryType) {
      return binary();
    }
    if (field.dataType() instanceof StringType) {
      refuseFixed("text");
      refuseDtype();
      return new ColumnType.Text();
    }
    throw DataException.unsupported(
        field.name(), field.dataType().catalogString(), ACCEPTED + "; cast or leave it out");
  }

  private ColumnType scalar(DType dtype) {
    if (request.form() != ColumnRequest.Form.AUTO) {
      throw DataException.because(
          "column '"
              + field.name()
              + "' is a "
              + field.dataType().catalogString()
              + ", which has no length; ask for it without a form");
    }
    refuseOtherDtype(dtype);
    return new ColumnType.Scalar(dtype);
  }

  private ColumnType array(DType element) {
    refuseOtherDtype(element);
    return request.form() == ColumnRequest.Form.VARIABLE
        ? new ColumnType.VariableArray(element)
        : new ColumnType.FixedArray(element, length(1));
  }

  private ColumnType vector() {
    if (request.form() == ColumnRequest.Form.VARIABLE) {
      throw DataException.because(
          "column '" + field.name() + "' is an ML vector, whose length is fixed; ask for it so");
    }
    DType dtype = Optional.ofNullable(request.dtype()).orElse(DType.FLOAT32);
    if (dtype != DType.FLOAT32 && dtype != DType.FLOAT64) {
      throw DTypeException.unsupported(
          "ML vector column '" + field.name() + "'", dtype, "float32, float64");
    }
    int known = request.length();
    if (known == 0) {
      known = Math.max(0, AttributeGroup.fromStructField(field).size());
    }
    return new ColumnType.FixedArray(dtype, known > 0 ? known : length(1));
  }

  private ColumnType binary() {
    if (request.form() != ColumnRequest.Form.FIXED) {
      refuseDtype();
      return new ColumnType.Binary();
    }
    DType dtype = Optional.ofNullable(request.dtype()).orElse(DType.UINT8);
    return new ColumnType.FixedArray(dtype, length(dtype.bytes()));
  }

  private int length(int unitsPerElement) {
    if (request.length() > 0) {
      return request.length();
    }
    int units = firstRowElements.applyAsInt(field);
    if (units == 0 || units % unitsPerElement != 0) {
      throw DataException.because(
          "column '"
              + field.name()
              + "': the first row has "
              + units
              + (unitsPerElement == 1 ? " elements" : " bytes, which is no number of elements")
              + "; state the length, or ask for variable length");
    }
    return units / unitsPerElement;
  }

  private void refuseFixed(String what) {
    if (request.form() == ColumnRequest.Form.FIXED) {
      throw DataException.because(
          "column '"
              + field.name()
              + "' is "
              + what
              + ", which has no fixed length; ask for it"
              + " without a form");
    }
  }

  private void refuseDtype() {
    if (request.dtype() != null) {
      throw DataException.because(
          "column '"
              + field.name()
              + "' is kept as it is; ask for it without a dtype, or with a"
              + " fixed form");
    }
  }

  private void refuseOtherDtype(DType actual) {
    if (request.dtype() != null && request.dtype() != actual) {
      throw DTypeException.mismatch(
          "column '" + field.name() + "', which is to be cast in SQL", request.dtype(), actual);
    }
  }
}
