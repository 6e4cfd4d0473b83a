package ai.cresset.parallel.comm.collective;

import ai.cresset.error.DTypeException;
import ai.cresset.memory.NativeMemory;
import ai.cresset.parallel.comm.ReduceOp;
import ai.cresset.type.DType;
import ai.cresset.type.HalfPrecision;

/**
 * Combines native memory block by block: bulk copies into arrays that stay in the first-level
 * cache, and loops over arrays, which JDK 17 vectorises; loops over raw addresses it does not.
 */
final class Reducer {
  private static final int BLOCK = 2048;

  private final float[] leftFloats = new float[BLOCK];
  private final float[] rightFloats = new float[BLOCK];
  private final double[] leftDoubles = new double[BLOCK];
  private final double[] rightDoubles = new double[BLOCK];
  private final int[] leftInts = new int[BLOCK];
  private final int[] rightInts = new int[BLOCK];
  private final long[] leftLongs = new long[BLOCK];
  private final long[] rightLongs = new long[BLOCK];
  private final short[] halves = new short[BLOCK];

  /** Whether {@link #combine} knows the type, directly or widened. */
  static void check(DType dtype) {
    switch (dtype) {
      case FLOAT32, FLOAT64, INT32, INT64, FLOAT16, BFLOAT16 -> {}
      case BOOL, UINT8, INT8, INT16 ->
          throw DTypeException.unsupported(
              "reduce over ranks", dtype, "float32, float64, int32, int64, float16, bfloat16");
    }
  }

  /** The type in which values are combined and travel while they are partial. */
  static DType accumulator(DType dtype) {
    return dtype == DType.FLOAT16 || dtype == DType.BFLOAT16 ? DType.FLOAT32 : dtype;
  }

  /**
   * {@code result[i] = left[i] op right[i]}; the three may be the same.
   *
   * @param dtype an {@link #accumulator} type
   */
  void combine(DType dtype, ReduceOp op, long left, long right, long result, long count) {
    for (long done = 0; done < count; done += BLOCK) {
      int block = (int) Math.min(BLOCK, count - done);
      long at = done * dtype.bytes();
      switch (dtype) {
        case FLOAT32 -> {
          NativeMemory.read(left + at, leftFloats, 0, block);
          NativeMemory.read(right + at, rightFloats, 0, block);
          op.apply(leftFloats, rightFloats, block);
          NativeMemory.write(leftFloats, 0, result + at, block);
        }
        case FLOAT64 -> {
          NativeMemory.read(left + at, leftDoubles, 0, block);
          NativeMemory.read(right + at, rightDoubles, 0, block);
          op.apply(leftDoubles, rightDoubles, block);
          NativeMemory.write(leftDoubles, 0, result + at, block);
        }
        case INT32 -> {
          NativeMemory.read(left + at, leftInts, 0, block);
          NativeMemory.read(right + at, rightInts, 0, block);
          op.apply(leftInts, rightInts, block);
          NativeMemory.write(leftInts, 0, result + at, block);
        }
        case INT64 -> {
          NativeMemory.read(left + at, leftLongs, 0, block);
          NativeMemory.read(right + at, rightLongs, 0, block);
          op.apply(leftLongs, rightLongs, block);
          NativeMemory.write(leftLongs, 0, result + at, block);
        }
        case BOOL, UINT8, INT8, INT16, FLOAT16, BFLOAT16 -> check(dtype);
      }
    }
  }

  /** 16-bit floats to {@code float32}; other types are copied. */
  void widen(DType dtype, long from, long to, long count) {
    if (accumulator(dtype) == dtype) {
      NativeMemory.copy(from, to, count * dtype.bytes());
      return;
    }
    for (long done = 0; done < count; done += BLOCK) {
      int block = (int) Math.min(BLOCK, count - done);
      NativeMemory.read(from + 2 * done, halves, 0, block);
      for (int i = 0; i < block; i++) {
        leftFloats[i] =
            dtype == DType.BFLOAT16
                ? HalfPrecision.fromBFloat16(halves[i])
                : HalfPrecision.fromFloat16(halves[i]);
      }
      NativeMemory.write(leftFloats, 0, to + 4 * done, block);
    }
  }

  /** {@code float32} to 16-bit floats, rounding to nearest even; other types are copied. */
  void narrow(DType dtype, long from, long to, long count) {
    if (accumulator(dtype) == dtype) {
      NativeMemory.copy(from, to, count * dtype.bytes());
      return;
    }
    for (long done = 0; done < count; done += BLOCK) {
      int block = (int) Math.min(BLOCK, count - done);
      NativeMemory.read(from + 4 * done, leftFloats, 0, block);
      for (int i = 0; i < block; i++) {
        halves[i] =
            dtype == DType.BFLOAT16
                ? HalfPrecision.toBFloat16(leftFloats[i])
                : HalfPrecision.toFloat16(leftFloats[i]);
      }
      NativeMemory.write(halves, 0, to + 2 * done, block);
    }
  }
}
