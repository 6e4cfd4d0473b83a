package ai.cresset.spark.data;

import ai.cresset.data.arrow.ColumnBuffer;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.vectorized.ColumnVector;

/** Copies a range of one column vector into native memory. */
@FunctionalInterface
interface VectorCopier {
  /**
   * Appends rows {@code start} to {@code start + count - 1} of {@code from}, none of which is null.
   *
   * @param place where row {@code start} is
   */
  void copy(ColumnVector from, int start, int count, ColumnBuffer to, RowPlace place);

  /** The copier of a column; the vectors come with each call. */
  static VectorCopier of(BoundColumn column) {
    if (SparkTypes.primitive(column.source()) != null) {
      return new PrimitiveVectors(column.target().type().dtype());
    }
    if (SparkTypes.isVector(column.source())) {
      VectorRows rows = new VectorRows(column.target(), 0);
      return (from, start, count, to, place) -> {
        for (int i = 0; i < count; i++) {
          rows.append(from.getStruct(start + i), to, place, i);
        }
      };
    }
    return column.source() instanceof ArrayType
        ? new ArrayVectors(column)
        : new BytesVectors(column);
  }
}
