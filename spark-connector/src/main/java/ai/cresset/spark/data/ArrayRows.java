package ai.cresset.spark.data;

import ai.cresset.data.arrow.ColumnBuffer;
import ai.cresset.data.arrow.ColumnType;
import ai.cresset.memory.NativeMemory;
import ai.cresset.type.DType;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.bitset.BitSetMethods;

/** Arrays of primitives of internal rows, of fixed or variable length. */
final class ArrayRows implements RowCopier {
  private final String name;
  private final ColumnType type;
  private final DType dtype;
  private final int ordinal;

  ArrayRows(BoundColumn column, int ordinal) {
    this.name = column.target().name();
    this.type = column.target().type();
    this.dtype = type.dtype();
    this.ordinal = ordinal;
  }

  @Override
  public void copy(InternalRow row, ColumnBuffer to, RowPlace place) {
    append(row.getArray(ordinal), to, place, 0);
  }

  /** Appends an array; {@code ahead} says how far its row is beyond {@code place}. */
  void append(ArrayData array, ColumnBuffer to, RowPlace place, long ahead) {
    int count = array.numElements();
    refuseNulls(array, count, place, ahead);
    long address;
    if (type.isFixed()) {
      if (count != type.length()) {
        throw place.ragged(name, ahead, type.length(), count, "elements");
      }
      address = to.nextRows(1);
    } else {
      address = to.nextRow(count);
    }
    copy(array, dtype, count, address);
  }

  private void refuseNulls(ArrayData array, int count, RowPlace place, long ahead) {
    if (array instanceof UnsafeArrayData unsafe ? anyNull(unsafe, count) : anyNull(array, count)) {
      throw place.nullValue(name, ahead);
    }
  }

  private static boolean anyNull(UnsafeArrayData array, int count) {
    // A count of 8 bytes, then one bit an element.
    return BitSetMethods.anySet(
        array.getBaseObject(), array.getBaseOffset() + 8, (count + 63) / 64);
  }

  private static boolean anyNull(ArrayData array, int count) {
    for (int i = 0; i < count; i++) {
      if (array.isNullAt(i)) {
        return true;
      }
    }
    return false;
  }

  /** Copies the elements of an array of primitives without nulls. */
  static void copy(ArrayData array, DType dtype, int count, long address) {
    if (array instanceof UnsafeArrayData unsafe) {
      Platform.copyMemory(
          unsafe.getBaseObject(),
          unsafe.getBaseOffset() + UnsafeArrayData.calculateHeaderPortionInBytes(count),
          null,
          address,
          (long) count * dtype.bytes());
      return;
    }
    switch (dtype) {
      case BOOL -> {
        for (int i = 0; i < count; i++) {
          NativeMemory.putByte(address + i, (byte) (array.getBoolean(i) ? 1 : 0));
        }
      }
      case INT8 -> NativeMemory.write(array.toByteArray(), 0, address, count);
      case INT16 -> NativeMemory.write(array.toShortArray(), 0, address, count);
      case INT32 -> NativeMemory.write(array.toIntArray(), 0, address, count);
      case INT64 -> NativeMemory.write(array.toLongArray(), 0, address, count);
      case FLOAT32 -> NativeMemory.write(array.toFloatArray(), 0, address, count);
      case FLOAT64 -> NativeMemory.write(array.toDoubleArray(), 0, address, count);
      case UINT8, FLOAT16, BFLOAT16 ->
          throw new IllegalStateException("Spark has no arrays of type " + dtype);
    }
  }
}
