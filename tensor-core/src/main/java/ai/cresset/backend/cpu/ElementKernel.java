package ai.cresset.backend.cpu;

import ai.cresset.memory.NativeMemory;
import ai.cresset.type.DType;
import ai.cresset.type.HalfPrecision;

/** What indexing does to one element at an address. */
final class ElementKernel {
  private ElementKernel() {}

  /** Copies an element of {@code bytes} bytes. */
  static void copy(int bytes, long from, long to) {
    switch (bytes) {
      case 1 -> NativeMemory.putByte(to, NativeMemory.getByte(from));
      case 2 -> NativeMemory.putShort(to, NativeMemory.getShort(from));
      case 4 -> NativeMemory.putInt(to, NativeMemory.getInt(from));
      default -> NativeMemory.putLong(to, NativeMemory.getLong(from));
    }
  }

  /** Adds the element at {@code from} to that at {@code to}. */
  static void add(DType dtype, long from, long to) {
    switch (dtype) {
      case BOOL ->
          NativeMemory.putByte(
              to,
              (byte) (NativeMemory.getByte(to) != 0 || NativeMemory.getByte(from) != 0 ? 1 : 0));
      case UINT8, INT8 ->
          NativeMemory.putByte(to, (byte) (NativeMemory.getByte(to) + NativeMemory.getByte(from)));
      case INT16 ->
          NativeMemory.putShort(
              to, (short) (NativeMemory.getShort(to) + NativeMemory.getShort(from)));
      case INT32 -> NativeMemory.putInt(to, NativeMemory.getInt(to) + NativeMemory.getInt(from));
      case INT64 -> NativeMemory.putLong(to, NativeMemory.getLong(to) + NativeMemory.getLong(from));
      case FLOAT16 ->
          NativeMemory.putShort(
              to,
              HalfPrecision.toFloat16(
                  HalfPrecision.fromFloat16(NativeMemory.getShort(to))
                      + HalfPrecision.fromFloat16(NativeMemory.getShort(from))));
      case BFLOAT16 ->
          NativeMemory.putShort(
              to,
              HalfPrecision.toBFloat16(
                  HalfPrecision.fromBFloat16(NativeMemory.getShort(to))
                      + HalfPrecision.fromBFloat16(NativeMemory.getShort(from))));
      case FLOAT32 ->
          NativeMemory.putFloat(to, NativeMemory.getFloat(to) + NativeMemory.getFloat(from));
      case FLOAT64 ->
          NativeMemory.putDouble(to, NativeMemory.getDouble(to) + NativeMemory.getDouble(from));
    }
  }
}
