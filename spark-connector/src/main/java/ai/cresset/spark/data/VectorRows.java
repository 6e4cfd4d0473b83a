package ai.cresset.spark.data;

import ai.cresset.data.arrow.Column;
import ai.cresset.data.arrow.ColumnBuffer;
import ai.cresset.error.DataException;
import ai.cresset.memory.NativeMemory;
import ai.cresset.type.DType;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.unsafe.Platform;

/**
 * ML vectors of internal rows: a struct of type (0 sparse, 1 dense), size, indices and values.
 * Sparse ones are written out: absent means zero.
 */
final class VectorRows implements RowCopier {
  private static final byte DENSE = 1;

  private final String name;
  private final int length;
  private final boolean single;
  private final int ordinal;
  private final double[] doubles;
  private final float[] floats;

  VectorRows(Column column, int ordinal) {
    this.name = column.name();
    this.length = column.type().length();
    this.single = column.type().dtype() == DType.FLOAT32;
    this.ordinal = ordinal;
    this.doubles = new double[length];
    this.floats = new float[single ? length : 0];
  }

  @Override
  public void copy(InternalRow row, ColumnBuffer to, RowPlace place) {
    append(row.getStruct(ordinal, 4), to, place, 0);
  }

  /** Appends a vector; {@code ahead} says how far its row is beyond {@code place}. */
  void append(InternalRow vector, ColumnBuffer to, RowPlace place, long ahead) {
    ArrayData values = vector.getArray(3);
    boolean dense = vector.getByte(0) == DENSE;
    int size = dense ? values.numElements() : vector.getInt(1);
    if (size != length) {
      throw place.ragged(name, ahead, length, size, "elements");
    }
    long address = to.nextRows(1);
    if (dense) {
      dense(values, address);
    } else {
      sparse(vector.getArray(2), values, address);
    }
  }

  private void dense(ArrayData values, long address) {
    if (!single) {
      ArrayRows.copy(values, DType.FLOAT64, length, address);
      return;
    }
    if (values instanceof UnsafeArrayData unsafe) {
      Platform.copyMemory(
          unsafe.getBaseObject(),
          unsafe.getBaseOffset() + UnsafeArrayData.calculateHeaderPortionInBytes(length),
          doubles,
          Platform.DOUBLE_ARRAY_OFFSET,
          8L * length);
    } else {
      System.arraycopy(values.toDoubleArray(), 0, doubles, 0, length);
    }
    for (int i = 0; i < length; i++) {
      floats[i] = (float) doubles[i];
    }
    NativeMemory.write(floats, 0, address, length);
  }

  private void sparse(ArrayData indices, ArrayData values, long address) {
    NativeMemory.fill(address, (long) length * (single ? 4 : 8), (byte) 0);
    for (int i = 0; i < indices.numElements(); i++) {
      int index = indices.getInt(i);
      if (index < 0 || index >= length) {
        throw DataException.because(
            "column '" + name + "': a sparse vector of " + length + " elements has index " + index);
      }
      if (single) {
        NativeMemory.putFloat(address + 4L * index, (float) values.getDouble(i));
      } else {
        NativeMemory.putDouble(address + 8L * index, values.getDouble(i));
      }
    }
  }
}
