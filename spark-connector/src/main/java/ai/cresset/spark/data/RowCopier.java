package ai.cresset.spark.data;

import ai.cresset.data.arrow.ColumnBuffer;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.ArrayType;

/** Copies one column of internal rows into native memory. */
@FunctionalInterface
interface RowCopier {
  /** Appends the value of {@code row}, which is not null. */
  void copy(InternalRow row, ColumnBuffer to, RowPlace place);

  /** The copier of the column at {@code ordinal}. */
  static RowCopier of(BoundColumn column, int ordinal) {
    if (SparkTypes.primitive(column.source()) != null) {
      return ScalarRows.of(column.target().type().dtype(), ordinal);
    }
    if (SparkTypes.isVector(column.source())) {
      return new VectorRows(column.target(), ordinal);
    }
    if (column.source() instanceof ArrayType) {
      return new ArrayRows(column, ordinal);
    }
    return new BytesRows(column, ordinal);
  }
}
