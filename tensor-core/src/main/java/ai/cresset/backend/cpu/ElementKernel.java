package ai.cresset.backend.cpu;

import ai.cresset.backend.Scatter;
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

  /** Lays the element at {@code from} onto that at {@code to}. */
  static void combine(Scatter scatter, DType dtype, long from, long to) {
    switch (scatter) {
      case REPLACE -> copy(dtype.bytes(), from, to);
      case ADD -> add(dtype, from, to);
      case MULTIPLY, MAX, MIN -> {
        if (dtype.isFloating()) {
          putReal(dtype, to, combine(scatter, getReal(dtype, to), getReal(dtype, from)));
        } else {
          putInteger(dtype, to, combine(scatter, getInteger(dtype, to), getInteger(dtype, from)));
        }
      }
    }
  }

  private static double combine(Scatter scatter, double so, double x) {
    return switch (scatter) {
      case MAX -> Math.max(so, x);
      case MIN -> Math.min(so, x);
      default -> so * x;
    };
  }

  private static long combine(Scatter scatter, long so, long x) {
    return switch (scatter) {
      case MAX -> Math.max(so, x);
      case MIN -> Math.min(so, x);
      default -> so * x;
    };
  }

  private static double getReal(DType dtype, long at) {
    return switch (dtype) {
      case FLOAT16 -> HalfPrecision.fromFloat16(NativeMemory.getShort(at));
      case BFLOAT16 -> HalfPrecision.fromBFloat16(NativeMemory.getShort(at));
      case FLOAT32 -> NativeMemory.getFloat(at);
      default -> NativeMemory.getDouble(at);
    };
  }

  private static void putReal(DType dtype, long at, double value) {
    switch (dtype) {
      case FLOAT16 -> NativeMemory.putShort(at, HalfPrecision.toFloat16((float) value));
      case BFLOAT16 -> NativeMemory.putShort(at, HalfPrecision.toBFloat16((float) value));
      case FLOAT32 -> NativeMemory.putFloat(at, (float) value);
      default -> NativeMemory.putDouble(at, value);
    }
  }

  private static long getInteger(DType dtype, long at) {
    return switch (dtype) {
      case BOOL -> NativeMemory.getByte(at) != 0 ? 1 : 0;
      case UINT8 -> NativeMemory.getByte(at) & 0xff;
      case INT8 -> NativeMemory.getByte(at);
      case INT16 -> NativeMemory.getShort(at);
      case INT32 -> NativeMemory.getInt(at);
      default -> NativeMemory.getLong(at);
    };
  }

  private static void putInteger(DType dtype, long at, long value) {
    switch (dtype) {
      case BOOL -> NativeMemory.putByte(at, (byte) (value != 0 ? 1 : 0));
      case UINT8, INT8 -> NativeMemory.putByte(at, (byte) value);
      case INT16 -> NativeMemory.putShort(at, (short) value);
      case INT32 -> NativeMemory.putInt(at, (int) value);
      default -> NativeMemory.putLong(at, value);
    }
  }
}
