package ai.cresset.spark.data;

import ai.cresset.data.arrow.ColumnBuffer;
import ai.cresset.memory.NativeMemory;
import ai.cresset.type.DType;
import org.apache.spark.sql.execution.vectorized.OffHeapColumnVector;
import org.apache.spark.sql.vectorized.ColumnVector;

/** Ranges of primitives: of scalar columns, and of the elements of array columns. */
final class PrimitiveVectors implements VectorCopier {
  private final DType dtype;

  PrimitiveVectors(DType dtype) {
    this.dtype = dtype;
  }

  @Override
  public void copy(ColumnVector from, int start, int count, ColumnBuffer to, RowPlace place) {
    copy(from, start, count, to.nextRows(count));
  }

  /** Copies a range without nulls to an address. */
  void copy(ColumnVector from, int start, int count, long address) {
    // Only plain off-heap vectors hold values where they say: dictionaries hold codes.
    if (from instanceof OffHeapColumnVector offHeap && !offHeap.hasDictionary()) {
      int bytes = dtype.bytes();
      NativeMemory.copy(
          offHeap.valuesNativeAddress() + (long) start * bytes, address, (long) count * bytes);
      return;
    }
    switch (dtype) {
      case BOOL -> {
        boolean[] values = from.getBooleans(start, count);
        for (int i = 0; i < count; i++) {
          NativeMemory.putByte(address + i, (byte) (values[i] ? 1 : 0));
        }
      }
      case INT8 -> NativeMemory.write(from.getBytes(start, count), 0, address, count);
      case INT16 -> NativeMemory.write(from.getShorts(start, count), 0, address, count);
      case INT32 -> NativeMemory.write(from.getInts(start, count), 0, address, count);
      case INT64 -> NativeMemory.write(from.getLongs(start, count), 0, address, count);
      case FLOAT32 -> NativeMemory.write(from.getFloats(start, count), 0, address, count);
      case FLOAT64 -> NativeMemory.write(from.getDoubles(start, count), 0, address, count);
      case UINT8, FLOAT16, BFLOAT16 ->
          throw new IllegalStateException("Spark has no columns of type " + dtype);
    }
  }
}
