package ai.cresset.spark.data;

import ai.cresset.memory.NativeMemory;
import ai.cresset.type.DType;

/** Scalars of internal rows. */
final class ScalarRows {
  private ScalarRows() {}

  static RowCopier of(DType dtype, int ordinal) {
    return switch (dtype) {
      case BOOL ->
          (row, to, place) ->
              NativeMemory.putByte(to.nextRows(1), (byte) (row.getBoolean(ordinal) ? 1 : 0));
      case INT8 -> (row, to, place) -> NativeMemory.putByte(to.nextRows(1), row.getByte(ordinal));
      case INT16 ->
          (row, to, place) -> NativeMemory.putShort(to.nextRows(1), row.getShort(ordinal));
      case INT32 -> (row, to, place) -> NativeMemory.putInt(to.nextRows(1), row.getInt(ordinal));
      case INT64 -> (row, to, place) -> NativeMemory.putLong(to.nextRows(1), row.getLong(ordinal));
      case FLOAT32 ->
          (row, to, place) -> NativeMemory.putFloat(to.nextRows(1), row.getFloat(ordinal));
      case FLOAT64 ->
          (row, to, place) -> NativeMemory.putDouble(to.nextRows(1), row.getDouble(ordinal));
      case UINT8, FLOAT16, BFLOAT16 ->
          throw new IllegalStateException("Spark has no columns of type " + dtype);
    };
  }
}
