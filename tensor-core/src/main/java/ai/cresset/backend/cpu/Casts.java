package ai.cresset.backend.cpu;

import ai.cresset.type.DType;
import ai.cresset.type.HalfPrecision;
import ai.cresset.type.Truncation;

/**
 * Conversions between arrays in a storage's width (see {@link Segments}) and the arrays kernels
 * compute in. Fractions are cut off on the way to integers ({@link Truncation}), integers wrap
 * around, all but 0 is true.
 */
final class Casts {
  private static final FloatKernels KERNELS = VectorKernelsLoader.kernels();

  private Casts() {}

  static void toFloats(DType from, Object array, float[] to, int at, int count) {
    switch (from) {
      case BOOL -> {
        byte[] x = (byte[]) array;
        for (int i = 0; i < count; i++) {
          to[at + i] = x[i] != 0 ? 1 : 0;
        }
      }
      case UINT8 -> {
        byte[] x = (byte[]) array;
        for (int i = 0; i < count; i++) {
          to[at + i] = x[i] & 0xff;
        }
      }
      case INT8 -> {
        byte[] x = (byte[]) array;
        for (int i = 0; i < count; i++) {
          to[at + i] = x[i];
        }
      }
      case INT16 -> {
        short[] x = (short[]) array;
        for (int i = 0; i < count; i++) {
          to[at + i] = x[i];
        }
      }
      case INT32 -> {
        int[] x = (int[]) array;
        for (int i = 0; i < count; i++) {
          to[at + i] = x[i];
        }
      }
      case INT64 -> {
        long[] x = (long[]) array;
        for (int i = 0; i < count; i++) {
          to[at + i] = x[i];
        }
      }
      case FLOAT16 -> {
        short[] x = (short[]) array;
        for (int i = 0; i < count; i++) {
          to[at + i] = HalfPrecision.fromFloat16(x[i]);
        }
      }
      case BFLOAT16 -> KERNELS.fromBFloat16((short[]) array, 0, to, at, count);
      case FLOAT32 -> System.arraycopy((float[]) array, 0, to, at, count);
      case FLOAT64 -> {
        double[] x = (double[]) array;
        for (int i = 0; i < count; i++) {
          to[at + i] = (float) x[i];
        }
      }
    }
  }

  static void toDoubles(DType from, Object array, double[] to, int at, int count) {
    switch (from) {
      case FLOAT16 -> {
        short[] x = (short[]) array;
        for (int i = 0; i < count; i++) {
          to[at + i] = HalfPrecision.fromFloat16(x[i]);
        }
      }
      case BFLOAT16 -> {
        short[] x = (short[]) array;
        for (int i = 0; i < count; i++) {
          to[at + i] = HalfPrecision.fromBFloat16(x[i]);
        }
      }
      case FLOAT32 -> {
        float[] x = (float[]) array;
        for (int i = 0; i < count; i++) {
          to[at + i] = x[i];
        }
      }
      case FLOAT64 -> System.arraycopy((double[]) array, 0, to, at, count);
      case BOOL, UINT8, INT8, INT16, INT32, INT64 -> {
        for (int i = 0; i < count; i++) {
          to[at + i] = integer(from, array, i);
        }
      }
    }
  }

  static void toLongs(DType from, Object array, long[] to, int at, int count) {
    switch (from) {
      case FLOAT16 -> {
        short[] x = (short[]) array;
        for (int i = 0; i < count; i++) {
          to[at + i] = Truncation.toLong(HalfPrecision.fromFloat16(x[i]));
        }
      }
      case BFLOAT16 -> {
        short[] x = (short[]) array;
        for (int i = 0; i < count; i++) {
          to[at + i] = Truncation.toLong(HalfPrecision.fromBFloat16(x[i]));
        }
      }
      case FLOAT32 -> {
        float[] x = (float[]) array;
        for (int i = 0; i < count; i++) {
          to[at + i] = Truncation.toLong(x[i]);
        }
      }
      case FLOAT64 -> {
        double[] x = (double[]) array;
        for (int i = 0; i < count; i++) {
          to[at + i] = Truncation.toLong(x[i]);
        }
      }
      case BOOL, UINT8, INT8, INT16, INT32, INT64 -> {
        for (int i = 0; i < count; i++) {
          to[at + i] = integer(from, array, i);
        }
      }
    }
  }

  private static long integer(DType from, Object array, int i) {
    return switch (from) {
      case BOOL -> ((byte[]) array)[i] != 0 ? 1 : 0;
      case UINT8 -> ((byte[]) array)[i] & 0xff;
      case INT8 -> ((byte[]) array)[i];
      case INT16 -> ((short[]) array)[i];
      case INT32 -> ((int[]) array)[i];
      case INT64 -> ((long[]) array)[i];
      case FLOAT16, BFLOAT16, FLOAT32, FLOAT64 -> throw new IllegalStateException(from.toString());
    };
  }

  static void fromFloats(float[] from, int at, DType to, Object array, int count) {
    switch (to) {
      case BOOL -> {
        byte[] y = (byte[]) array;
        for (int i = 0; i < count; i++) {
          y[i] = (byte) (from[at + i] != 0 ? 1 : 0);
        }
      }
      case UINT8 -> {
        byte[] y = (byte[]) array;
        for (int i = 0; i < count; i++) {
          y[i] = (byte) Truncation.toLong(from[at + i]);
        }
      }
      case INT8 -> {
        byte[] y = (byte[]) array;
        for (int i = 0; i < count; i++) {
          y[i] = (byte) Truncation.toInt(from[at + i]);
        }
      }
      case INT16 -> {
        short[] y = (short[]) array;
        for (int i = 0; i < count; i++) {
          y[i] = (short) Truncation.toInt(from[at + i]);
        }
      }
      case INT32 -> {
        int[] y = (int[]) array;
        for (int i = 0; i < count; i++) {
          y[i] = Truncation.toInt(from[at + i]);
        }
      }
      case INT64 -> {
        long[] y = (long[]) array;
        for (int i = 0; i < count; i++) {
          y[i] = Truncation.toLong(from[at + i]);
        }
      }
      case FLOAT16 -> {
        short[] y = (short[]) array;
        for (int i = 0; i < count; i++) {
          y[i] = HalfPrecision.toFloat16(from[at + i]);
        }
      }
      case BFLOAT16 -> KERNELS.toBFloat16(from, at, (short[]) array, 0, count);
      case FLOAT32 -> System.arraycopy(from, at, (float[]) array, 0, count);
      case FLOAT64 -> {
        double[] y = (double[]) array;
        for (int i = 0; i < count; i++) {
          y[i] = from[at + i];
        }
      }
    }
  }

  static void fromDoubles(double[] from, int at, DType to, Object array, int count) {
    switch (to) {
      case BOOL -> {
        byte[] y = (byte[]) array;
        for (int i = 0; i < count; i++) {
          y[i] = (byte) (from[at + i] != 0 ? 1 : 0);
        }
      }
      case FLOAT16 -> {
        short[] y = (short[]) array;
        for (int i = 0; i < count; i++) {
          y[i] = HalfPrecision.toFloat16((float) from[at + i]);
        }
      }
      case BFLOAT16 -> {
        short[] y = (short[]) array;
        for (int i = 0; i < count; i++) {
          y[i] = HalfPrecision.toBFloat16((float) from[at + i]);
        }
      }
      case FLOAT32 -> {
        float[] y = (float[]) array;
        for (int i = 0; i < count; i++) {
          y[i] = (float) from[at + i];
        }
      }
      case FLOAT64 -> System.arraycopy(from, at, (double[]) array, 0, count);
      case UINT8, INT8, INT16, INT32, INT64 -> {
        for (int i = 0; i < count; i++) {
          put(to, array, i, Truncation.to(to, from[at + i]));
        }
      }
    }
  }

  static void fromLongs(long[] from, int at, DType to, Object array, int count) {
    switch (to) {
      case BOOL -> {
        byte[] y = (byte[]) array;
        for (int i = 0; i < count; i++) {
          y[i] = (byte) (from[at + i] != 0 ? 1 : 0);
        }
      }
      case FLOAT16 -> {
        short[] y = (short[]) array;
        for (int i = 0; i < count; i++) {
          y[i] = HalfPrecision.toFloat16((float) from[at + i]);
        }
      }
      case BFLOAT16 -> {
        short[] y = (short[]) array;
        for (int i = 0; i < count; i++) {
          y[i] = HalfPrecision.toBFloat16((float) from[at + i]);
        }
      }
      case FLOAT32 -> {
        float[] y = (float[]) array;
        for (int i = 0; i < count; i++) {
          y[i] = from[at + i];
        }
      }
      case FLOAT64 -> {
        double[] y = (double[]) array;
        for (int i = 0; i < count; i++) {
          y[i] = from[at + i];
        }
      }
      case UINT8, INT8, INT16, INT32, INT64 -> {
        for (int i = 0; i < count; i++) {
          put(to, array, i, from[at + i]);
        }
      }
    }
  }

  private static void put(DType to, Object array, int i, long value) {
    switch (to) {
      case UINT8, INT8 -> ((byte[]) array)[i] = (byte) value;
      case INT16 -> ((short[]) array)[i] = (short) value;
      case INT32 -> ((int[]) array)[i] = (int) value;
      case INT64 -> ((long[]) array)[i] = value;
      case BOOL, FLOAT16, BFLOAT16, FLOAT32, FLOAT64 ->
          throw new IllegalStateException(to.toString());
    }
  }
}
