package ai.cresset.backend.cpu;

import ai.cresset.memory.NativeMemory;
import ai.cresset.type.DType;
import java.util.Arrays;

/**
 * Moves runs of elements of one stride between native memory and Java arrays of the storage's own
 * width: {@code byte[]} for bool and 8-bit, {@code short[]} for 16-bit types, {@code int[]}, {@code
 * long[]}, {@code float[]}, {@code double[]}.
 */
final class Segments {
  private Segments() {}

  /** Reads {@code count} elements that lie {@code stride} elements apart. */
  static void read(DType dtype, long address, long stride, Object array, int at, int count) {
    if (stride == 1 || count == 1) {
      readDense(dtype, address, array, at, count);
    } else if (stride == 0) {
      readRepeated(dtype, address, array, at, count);
    } else {
      readStrided(dtype, address, stride * dtype.bytes(), array, at, count);
    }
  }

  /** Writes {@code count} elements {@code stride} elements apart. */
  static void write(DType dtype, Object array, int at, long address, long stride, int count) {
    if (stride == 1 || count == 1) {
      writeDense(dtype, array, at, address, count);
    } else {
      writeStrided(dtype, array, at, address, stride * dtype.bytes(), count);
    }
  }

  private static void readDense(DType dtype, long address, Object array, int at, int count) {
    switch (dtype) {
      case BOOL, UINT8, INT8 -> NativeMemory.read(address, (byte[]) array, at, count);
      case INT16, FLOAT16, BFLOAT16 -> NativeMemory.read(address, (short[]) array, at, count);
      case INT32 -> NativeMemory.read(address, (int[]) array, at, count);
      case INT64 -> NativeMemory.read(address, (long[]) array, at, count);
      case FLOAT32 -> NativeMemory.read(address, (float[]) array, at, count);
      case FLOAT64 -> NativeMemory.read(address, (double[]) array, at, count);
    }
  }

  private static void readRepeated(DType dtype, long address, Object array, int at, int count) {
    int end = at + count;
    switch (dtype) {
      case BOOL, UINT8, INT8 -> Arrays.fill((byte[]) array, at, end, NativeMemory.getByte(address));
      case INT16, FLOAT16, BFLOAT16 ->
          Arrays.fill((short[]) array, at, end, NativeMemory.getShort(address));
      case INT32 -> Arrays.fill((int[]) array, at, end, NativeMemory.getInt(address));
      case INT64 -> Arrays.fill((long[]) array, at, end, NativeMemory.getLong(address));
      case FLOAT32 -> Arrays.fill((float[]) array, at, end, NativeMemory.getFloat(address));
      case FLOAT64 -> Arrays.fill((double[]) array, at, end, NativeMemory.getDouble(address));
    }
  }

  private static void readStrided(
      DType dtype, long address, long step, Object array, int at, int count) {
    int end = at + count;
    switch (dtype) {
      case BOOL, UINT8, INT8 -> {
        byte[] to = (byte[]) array;
        for (int i = at; i < end; i++, address += step) {
          to[i] = NativeMemory.getByte(address);
        }
      }
      case INT16, FLOAT16, BFLOAT16 -> {
        short[] to = (short[]) array;
        for (int i = at; i < end; i++, address += step) {
          to[i] = NativeMemory.getShort(address);
        }
      }
      case INT32 -> {
        int[] to = (int[]) array;
        for (int i = at; i < end; i++, address += step) {
          to[i] = NativeMemory.getInt(address);
        }
      }
      case INT64 -> {
        long[] to = (long[]) array;
        for (int i = at; i < end; i++, address += step) {
          to[i] = NativeMemory.getLong(address);
        }
      }
      case FLOAT32 -> {
        float[] to = (float[]) array;
        for (int i = at; i < end; i++, address += step) {
          to[i] = NativeMemory.getFloat(address);
        }
      }
      case FLOAT64 -> {
        double[] to = (double[]) array;
        for (int i = at; i < end; i++, address += step) {
          to[i] = NativeMemory.getDouble(address);
        }
      }
    }
  }

  private static void writeDense(DType dtype, Object array, int at, long address, int count) {
    switch (dtype) {
      case BOOL, UINT8, INT8 -> NativeMemory.write((byte[]) array, at, address, count);
      case INT16, FLOAT16, BFLOAT16 -> NativeMemory.write((short[]) array, at, address, count);
      case INT32 -> NativeMemory.write((int[]) array, at, address, count);
      case INT64 -> NativeMemory.write((long[]) array, at, address, count);
      case FLOAT32 -> NativeMemory.write((float[]) array, at, address, count);
      case FLOAT64 -> NativeMemory.write((double[]) array, at, address, count);
    }
  }

  private static void writeStrided(
      DType dtype, Object array, int at, long address, long step, int count) {
    int end = at + count;
    switch (dtype) {
      case BOOL, UINT8, INT8 -> {
        byte[] from = (byte[]) array;
        for (int i = at; i < end; i++, address += step) {
          NativeMemory.putByte(address, from[i]);
        }
      }
      case INT16, FLOAT16, BFLOAT16 -> {
        short[] from = (short[]) array;
        for (int i = at; i < end; i++, address += step) {
          NativeMemory.putShort(address, from[i]);
        }
      }
      case INT32 -> {
        int[] from = (int[]) array;
        for (int i = at; i < end; i++, address += step) {
          NativeMemory.putInt(address, from[i]);
        }
      }
      case INT64 -> {
        long[] from = (long[]) array;
        for (int i = at; i < end; i++, address += step) {
          NativeMemory.putLong(address, from[i]);
        }
      }
      case FLOAT32 -> {
        float[] from = (float[]) array;
        for (int i = at; i < end; i++, address += step) {
          NativeMemory.putFloat(address, from[i]);
        }
      }
      case FLOAT64 -> {
        double[] from = (double[]) array;
        for (int i = at; i < end; i++, address += step) {
          NativeMemory.putDouble(address, from[i]);
        }
      }
    }
  }
}
