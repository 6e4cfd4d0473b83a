package ai.cresset.backend.reference;

import ai.cresset.backend.View;
import ai.cresset.memory.NativeMemory;
import ai.cresset.type.DType;
import ai.cresset.type.HalfPrecision;
import ai.cresset.type.Shape;
import ai.cresset.type.Truncation;

/** Single elements of a view by their row-major number, whatever its strides and type. */
final class Elements {
  private Elements() {}

  private static long address(View view, long element) {
    Shape shape = view.shape();
    long offset = view.offset();
    for (int dim = shape.rank() - 1; dim >= 0; dim--) {
      offset += element % shape.size(dim) * view.strides().stride(dim);
      element /= shape.size(dim);
    }
    return view.storage().address() + offset * view.dtype().bytes();
  }

  static double getDouble(View view, long element) {
    long at = address(view, element);
    return switch (view.dtype()) {
      case FLOAT64 -> NativeMemory.getDouble(at);
      case FLOAT32 -> NativeMemory.getFloat(at);
      case FLOAT16 -> HalfPrecision.fromFloat16(NativeMemory.getShort(at));
      case BFLOAT16 -> HalfPrecision.fromBFloat16(NativeMemory.getShort(at));
      case BOOL, UINT8, INT8, INT16, INT32, INT64 -> (double) getLong(view, element);
    };
  }

  static long getLong(View view, long element) {
    long at = address(view, element);
    return switch (view.dtype()) {
      case BOOL -> NativeMemory.getByte(at) != 0 ? 1 : 0;
      case UINT8 -> NativeMemory.getByte(at) & 0xff;
      case INT8 -> NativeMemory.getByte(at);
      case INT16 -> NativeMemory.getShort(at);
      case INT32 -> NativeMemory.getInt(at);
      case INT64 -> NativeMemory.getLong(at);
      case FLOAT16, BFLOAT16, FLOAT32, FLOAT64 -> Truncation.toLong(getDouble(view, element));
    };
  }

  /** Stores a number; integer types take its {@link Truncation}, and all but 0 is true. */
  static void putDouble(View view, long element, double value) {
    long at = address(view, element);
    switch (view.dtype()) {
      case FLOAT64 -> NativeMemory.putDouble(at, value);
      case FLOAT32 -> NativeMemory.putFloat(at, (float) value);
      case FLOAT16 -> NativeMemory.putShort(at, HalfPrecision.toFloat16((float) value));
      case BFLOAT16 -> NativeMemory.putShort(at, HalfPrecision.toBFloat16((float) value));
      case BOOL -> NativeMemory.putByte(at, (byte) (value != 0 ? 1 : 0));
      case UINT8, INT8, INT16, INT32, INT64 ->
          putLong(view, element, Truncation.to(view.dtype(), value));
    }
  }

  /** Stores an integer; what does not fit wraps around. */
  static void putLong(View view, long element, long value) {
    long at = address(view, element);
    switch (view.dtype()) {
      case BOOL -> NativeMemory.putByte(at, (byte) (value != 0 ? 1 : 0));
      case UINT8, INT8 -> NativeMemory.putByte(at, (byte) value);
      case INT16 -> NativeMemory.putShort(at, (short) value);
      case INT32 -> NativeMemory.putInt(at, (int) value);
      case INT64 -> NativeMemory.putLong(at, value);
      case FLOAT32 -> NativeMemory.putFloat(at, value);
      case FLOAT16, BFLOAT16, FLOAT64 -> putDouble(view, element, value);
    }
  }

  /** Whether both types together are reduced in integer arithmetic. */
  static boolean integral(DType left, DType right) {
    return !left.isFloating() && !right.isFloating();
  }
}
