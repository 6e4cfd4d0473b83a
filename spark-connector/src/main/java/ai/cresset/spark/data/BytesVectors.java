package ai.cresset.spark.data;

import ai.cresset.data.arrow.ColumnBuffer;
import org.apache.spark.sql.execution.vectorized.WritableColumnVector;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.UTF8String;

/** Binary and text in column vectors. */
final class BytesVectors implements VectorCopier {
  private final boolean text;
  private final BytesRows rows;

  BytesVectors(BoundColumn column) {
    this.text = column.source() instanceof StringType;
    this.rows = new BytesRows(column, 0);
  }

  @Override
  public void copy(ColumnVector from, int start, int count, ColumnBuffer to, RowPlace place) {
    // Spark's own vectors show bytes of any kind as a string that points into them.
    boolean shown = text || from instanceof WritableColumnVector;
    for (int i = 0; i < count; i++) {
      if (shown) {
        UTF8String value = from.getUTF8String(start + i);
        rows.copy(value.getBaseObject(), value.getBaseOffset(), value.numBytes(), to, place, i);
      } else {
        byte[] value = from.getBinary(start + i);
        rows.copy(value, Platform.BYTE_ARRAY_OFFSET, value.length, to, place, i);
      }
    }
  }
}
