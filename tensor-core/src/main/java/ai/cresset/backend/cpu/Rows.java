package ai.cresset.backend.cpu;

import ai.cresset.backend.View;

/** Rows of {@code [rows, size]} views and elements of {@code [size]} views. */
final class Rows {
  private Rows() {}

  private static long rowAddress(View view, long row) {
    return view.address() + row * view.strides().stride(0) * view.dtype().bytes();
  }

  static void read(View view, long row, float[] to, int size, Scratch scratch) {
    long stride = view.strides().stride(1);
    ConvertedSegments.read(view.dtype(), rowAddress(view, row), stride, to, 0, size, scratch);
  }

  static void read(View view, long row, double[] to, int size, Scratch scratch) {
    long stride = view.strides().stride(1);
    ConvertedSegments.read(view.dtype(), rowAddress(view, row), stride, to, 0, size, scratch);
  }

  static void write(float[] from, View view, long row, int size, Scratch scratch) {
    long stride = view.strides().stride(1);
    ConvertedSegments.write(from, 0, view.dtype(), rowAddress(view, row), stride, size, scratch);
  }

  static void write(double[] from, View view, long row, int size, Scratch scratch) {
    long stride = view.strides().stride(1);
    ConvertedSegments.write(from, 0, view.dtype(), rowAddress(view, row), stride, size, scratch);
  }

  /** A whole {@code [size]} view, in the thread's row array of that number. */
  static float[] readFloats(View view, int array, int size, Scratch scratch) {
    float[] to = scratch.floatRow(array, size);
    long stride = view.strides().stride(0);
    ConvertedSegments.read(view.dtype(), view.address(), stride, to, 0, size, scratch);
    return to;
  }

  /** A whole {@code [size]} view, in the thread's row array of that number. */
  static double[] readDoubles(View view, int array, int size, Scratch scratch) {
    double[] to = scratch.doubleRow(array, size);
    long stride = view.strides().stride(0);
    ConvertedSegments.read(view.dtype(), view.address(), stride, to, 0, size, scratch);
    return to;
  }

  /** An element of a {@code [rows]} view. */
  static double get(View view, long row, Scratch scratch) {
    double[] value = scratch.doubleRegisters(1)[0];
    ConvertedSegments.read(view.dtype(), rowAddress(view, row), 1, value, 0, 1, scratch);
    return value[0];
  }

  /** Stores an element of a {@code [rows]} view. */
  static void put(View view, long row, double x, Scratch scratch) {
    double[] value = scratch.doubleRegisters(1)[0];
    value[0] = x;
    ConvertedSegments.write(value, 0, view.dtype(), rowAddress(view, row), 1, 1, scratch);
  }
}
