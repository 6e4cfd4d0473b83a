package ai.cresset.backend.cpu;

import ai.cresset.type.DType;
import java.util.Arrays;

/** A thread's own arrays for one block of elements; they stay in the first-level cache. */
final class Scratch {
  /** Elements of a block. */
  static final int BLOCK = 1024;

  private static final ThreadLocal<Scratch> CURRENT = ThreadLocal.withInitial(Scratch::new);

  private final byte[] bytes = new byte[BLOCK];
  private final short[] shorts = new short[BLOCK];
  private final int[] ints = new int[BLOCK];
  private final long[] longs = new long[BLOCK];
  private final float[] floats = new float[BLOCK];
  private final double[] doubles = new double[BLOCK];
  private float[][] floatRegisters = new float[0][];
  private double[][] doubleRegisters = new double[0][];
  private long[][] longRegisters = new long[0][];
  private float[][] floatRows = new float[0][];
  private double[][] doubleRows = new double[0][];

  private Scratch() {}

  static Scratch current() {
    return CURRENT.get();
  }

  /** An array in the storage's width, for {@link Segments}; its content lasts until the next. */
  Object raw(DType dtype) {
    return switch (dtype) {
      case BOOL, UINT8, INT8 -> bytes;
      case INT16, FLOAT16, BFLOAT16 -> shorts;
      case INT32 -> ints;
      case INT64 -> longs;
      case FLOAT32 -> floats;
      case FLOAT64 -> doubles;
    };
  }

  /** At least {@code count} arrays of a block each. */
  float[][] floatRegisters(int count) {
    int have = floatRegisters.length;
    if (have < count) {
      floatRegisters = Arrays.copyOf(floatRegisters, count);
      for (int i = have; i < count; i++) {
        floatRegisters[i] = new float[BLOCK];
      }
    }
    return floatRegisters;
  }

  /** At least {@code count} arrays of a block each. */
  double[][] doubleRegisters(int count) {
    int have = doubleRegisters.length;
    if (have < count) {
      doubleRegisters = Arrays.copyOf(doubleRegisters, count);
      for (int i = have; i < count; i++) {
        doubleRegisters[i] = new double[BLOCK];
      }
    }
    return doubleRegisters;
  }

  /** At least {@code count} arrays of a block each. */
  long[][] longRegisters(int count) {
    int have = longRegisters.length;
    if (have < count) {
      longRegisters = Arrays.copyOf(longRegisters, count);
      for (int i = have; i < count; i++) {
        longRegisters[i] = new long[BLOCK];
      }
    }
    return longRegisters;
  }

  /** Array number {@code index} of at least {@code length} elements, for kernels on whole rows. */
  float[] floatRow(int index, int length) {
    if (floatRows.length <= index) {
      floatRows = Arrays.copyOf(floatRows, index + 1);
    }
    float[] row = floatRows[index];
    if (row == null || row.length < length) {
      row = new float[Math.max(length, BLOCK)];
      floatRows[index] = row;
    }
    return row;
  }

  /** Array number {@code index} of at least {@code length} elements, for kernels on whole rows. */
  double[] doubleRow(int index, int length) {
    if (doubleRows.length <= index) {
      doubleRows = Arrays.copyOf(doubleRows, index + 1);
    }
    double[] row = doubleRows[index];
    if (row == null || row.length < length) {
      row = new double[Math.max(length, BLOCK)];
      doubleRows[index] = row;
    }
    return row;
  }
}
