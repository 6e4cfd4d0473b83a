package ai.cresset.parallel.comm;

import ai.cresset.memory.NativeMemory;
import ai.cresset.memory.Storage;
import ai.cresset.type.DType;
import ai.cresset.type.HalfPrecision;

/** Puts numbers into slices and takes them out. */
final class Values {
  private Values() {}

  /** The number at each place. */
  interface Numbers {
    double at(long index);
  }

  static Slice fill(Storage storage, DType dtype, long count, Numbers numbers) {
    Slice slice = new Slice(storage, 0, count, dtype);
    for (long i = 0; i < count; i++) {
      put(slice, i, numbers.at(i));
    }
    return slice;
  }

  static void put(Slice slice, long index, double value) {
    long at = slice.address() + index * slice.dtype().bytes();
    switch (slice.dtype()) {
      case FLOAT32 -> NativeMemory.putFloat(at, (float) value);
      case FLOAT64 -> NativeMemory.putDouble(at, value);
      case INT32 -> NativeMemory.putInt(at, (int) value);
      case INT64 -> NativeMemory.putLong(at, (long) value);
      case FLOAT16 -> NativeMemory.putShort(at, HalfPrecision.toFloat16((float) value));
      case BFLOAT16 -> NativeMemory.putShort(at, HalfPrecision.toBFloat16((float) value));
      case INT16 -> NativeMemory.putShort(at, (short) value);
      case BOOL, UINT8, INT8 -> NativeMemory.putByte(at, (byte) value);
    }
  }

  static double get(Slice slice, long index) {
    long at = slice.address() + index * slice.dtype().bytes();
    return switch (slice.dtype()) {
      case FLOAT32 -> NativeMemory.getFloat(at);
      case FLOAT64 -> NativeMemory.getDouble(at);
      case INT32 -> NativeMemory.getInt(at);
      case INT64 -> NativeMemory.getLong(at);
      case FLOAT16 -> HalfPrecision.fromFloat16(NativeMemory.getShort(at));
      case BFLOAT16 -> HalfPrecision.fromBFloat16(NativeMemory.getShort(at));
      case INT16 -> NativeMemory.getShort(at);
      case BOOL, UINT8, INT8 -> NativeMemory.getByte(at);
    };
  }

  static byte[] bytes(Slice slice) {
    byte[] bytes = new byte[(int) slice.bytes()];
    NativeMemory.read(slice.address(), bytes, 0, bytes.length);
    return bytes;
  }
}
