package ai.cresset.spark.data;

import ai.cresset.data.arrow.ColumnBuffer;
import ai.cresset.data.arrow.ColumnType;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.UTF8String;

/** Binary and text of internal rows: as they are, or packed elements of fixed length. */
final class BytesRows implements RowCopier {
  private final String name;
  private final ColumnType type;
  private final boolean text;
  private final int ordinal;

  BytesRows(BoundColumn column, int ordinal) {
    this.name = column.target().name();
    this.type = column.target().type();
    this.text = type instanceof ColumnType.Text;
    this.ordinal = ordinal;
  }

  @Override
  public void copy(InternalRow row, ColumnBuffer to, RowPlace place) {
    if (row instanceof UnsafeRow unsafe) {
      long offsetAndSize = unsafe.getLong(ordinal);
      copy(
          unsafe.getBaseObject(),
          unsafe.getBaseOffset() + (offsetAndSize >>> 32),
          (int) offsetAndSize,
          to,
          place,
          0);
    } else if (text) {
      UTF8String string = row.getUTF8String(ordinal);
      copy(string.getBaseObject(), string.getBaseOffset(), string.numBytes(), to, place, 0);
    } else {
      byte[] bytes = row.getBinary(ordinal);
      copy(bytes, Platform.BYTE_ARRAY_OFFSET, bytes.length, to, place, 0);
    }
  }

  /** Appends bytes; {@code ahead} says how far their row is beyond {@code place}. */
  void copy(Object base, long offset, int size, ColumnBuffer to, RowPlace place, long ahead) {
    long address;
    if (type.isFixed()) {
      if (size != type.rowBytes()) {
        throw place.ragged(name, ahead, type.rowBytes(), size, "bytes");
      }
      address = to.nextRows(1);
    } else {
      address = to.nextRow(size);
    }
    Platform.copyMemory(base, offset, null, address, size);
  }
}
