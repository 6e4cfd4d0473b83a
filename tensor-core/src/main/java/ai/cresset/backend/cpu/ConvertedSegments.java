package ai.cresset.backend.cpu;

import ai.cresset.type.DType;

/** {@link Segments} converted to and from the type a kernel computes in. */
final class ConvertedSegments {
  private ConvertedSegments() {}

  static void read(
      DType dtype, long address, long stride, float[] to, int at, int count, Scratch scratch) {
    if (dtype == DType.FLOAT32) {
      Segments.read(dtype, address, stride, to, at, count);
      return;
    }
    Object raw = scratch.raw(dtype);
    for (int done = 0; done < count; done += Scratch.BLOCK) {
      int part = Math.min(Scratch.BLOCK, count - done);
      Segments.read(dtype, address + done * stride * dtype.bytes(), stride, raw, 0, part);
      Casts.toFloats(dtype, raw, to, at + done, part);
    }
  }

  static void read(
      DType dtype, long address, long stride, double[] to, int at, int count, Scratch scratch) {
    if (dtype == DType.FLOAT64) {
      Segments.read(dtype, address, stride, to, at, count);
      return;
    }
    Object raw = scratch.raw(dtype);
    for (int done = 0; done < count; done += Scratch.BLOCK) {
      int part = Math.min(Scratch.BLOCK, count - done);
      Segments.read(dtype, address + done * stride * dtype.bytes(), stride, raw, 0, part);
      Casts.toDoubles(dtype, raw, to, at + done, part);
    }
  }

  static void read(
      DType dtype, long address, long stride, long[] to, int at, int count, Scratch scratch) {
    if (dtype == DType.INT64) {
      Segments.read(dtype, address, stride, to, at, count);
      return;
    }
    Object raw = scratch.raw(dtype);
    for (int done = 0; done < count; done += Scratch.BLOCK) {
      int part = Math.min(Scratch.BLOCK, count - done);
      Segments.read(dtype, address + done * stride * dtype.bytes(), stride, raw, 0, part);
      Casts.toLongs(dtype, raw, to, at + done, part);
    }
  }

  static void write(
      float[] from, int at, DType dtype, long address, long stride, int count, Scratch scratch) {
    if (dtype == DType.FLOAT32) {
      Segments.write(dtype, from, at, address, stride, count);
      return;
    }
    Object raw = scratch.raw(dtype);
    for (int done = 0; done < count; done += Scratch.BLOCK) {
      int part = Math.min(Scratch.BLOCK, count - done);
      Casts.fromFloats(from, at + done, dtype, raw, part);
      Segments.write(dtype, raw, 0, address + done * stride * dtype.bytes(), stride, part);
    }
  }

  static void write(
      double[] from, int at, DType dtype, long address, long stride, int count, Scratch scratch) {
    if (dtype == DType.FLOAT64) {
      Segments.write(dtype, from, at, address, stride, count);
      return;
    }
    Object raw = scratch.raw(dtype);
    for (int done = 0; done < count; done += Scratch.BLOCK) {
      int part = Math.min(Scratch.BLOCK, count - done);
      Casts.fromDoubles(from, at + done, dtype, raw, part);
      Segments.write(dtype, raw, 0, address + done * stride * dtype.bytes(), stride, part);
    }
  }

  static void write(
      long[] from, int at, DType dtype, long address, long stride, int count, Scratch scratch) {
    if (dtype == DType.INT64) {
      Segments.write(dtype, from, at, address, stride, count);
      return;
    }
    Object raw = scratch.raw(dtype);
    for (int done = 0; done < count; done += Scratch.BLOCK) {
      int part = Math.min(Scratch.BLOCK, count - done);
      Casts.fromLongs(from, at + done, dtype, raw, part);
      Segments.write(dtype, raw, 0, address + done * stride * dtype.bytes(), stride, part);
    }
  }
}
