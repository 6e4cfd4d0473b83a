package ai.cresset.spark.data;

import ai.cresset.data.arrow.ColumnBuffer;
import ai.cresset.data.arrow.ColumnType;
import org.apache.spark.sql.execution.vectorized.WritableColumnVector;
import org.apache.spark.sql.vectorized.ColumnVector;

/**
 * Arrays of primitives in column vectors. Rows that lie one behind the other, as after a scan, are
 * copied at once.
 */
final class ArrayVectors implements VectorCopier {
  private final String name;
  private final ColumnType type;
  private final PrimitiveVectors elements;
  private final ArrayRows rows;

  ArrayVectors(BoundColumn column) {
    this.name = column.target().name();
    this.type = column.target().type();
    this.elements = new PrimitiveVectors(type.dtype());
    this.rows = new ArrayRows(column, 0);
  }

  @Override
  public void copy(ColumnVector from, int start, int count, ColumnBuffer to, RowPlace place) {
    if (from instanceof WritableColumnVector writable) {
      copyRuns(writable, start, count, to, place);
      return;
    }
    for (int i = 0; i < count; i++) {
      rows.append(from.getArray(start + i), to, place, i);
    }
  }

  private void copyRuns(
      WritableColumnVector from, int start, int count, ColumnBuffer to, RowPlace place) {
    ColumnVector data = from.arrayData();
    for (int i = 0; i < count; i++) {
      refuseRaggedOrNull(from, data, start + i, place, i);
    }
    int i = 0;
    while (i < count) {
      int offset = from.getArrayOffset(start + i);
      int length = from.getArrayLength(start + i);
      if (!type.isFixed()) {
        elements.copy(data, offset, length, to.nextRow(length));
        i++;
        continue;
      }
      int run = 1;
      while (i + run < count && from.getArrayOffset(start + i + run) == offset + run * length) {
        run++;
      }
      elements.copy(data, offset, run * length, to.nextRows(run));
      i += run;
    }
  }

  private void refuseRaggedOrNull(
      WritableColumnVector from, ColumnVector data, int row, RowPlace place, int ahead) {
    int length = from.getArrayLength(row);
    if (type.isFixed() && length != type.length()) {
      throw place.ragged(name, ahead, type.length(), length, "elements");
    }
    if (data.hasNull()) {
      int offset = from.getArrayOffset(row);
      for (int i = offset; i < offset + length; i++) {
        if (data.isNullAt(i)) {
          throw place.nullValue(name, ahead);
        }
      }
    }
  }
}
