package ai.cresset.tensor;

import ai.cresset.error.ConfigException;
import ai.cresset.error.DTypeException;
import ai.cresset.error.DataException;
import ai.cresset.error.ShapeException;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.NativeMemory;
import ai.cresset.memory.Storage;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import ai.cresset.type.Strides;
import java.lang.ref.Reference;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;

/**
 * Tensors over the memory of direct buffers and Arrow vectors: nothing is copied, a change on one
 * side is seen on the other. A tensor keeps the memory alive until it is released.
 */
public final class SharedMemory {
  private SharedMemory() {}

  /**
   * The elements between a direct buffer's position and its limit.
   *
   * @param buffer of shorts, ints, longs, floats or doubles in the machine's byte order; of bytes
   *     as int8
   */
  public static Tensor of(Buffer buffer, long... sizes) {
    if (buffer instanceof FloatBuffer floats) {
      return of(floats, floats.order(), DType.FLOAT32, sizes);
    } else if (buffer instanceof DoubleBuffer doubles) {
      return of(doubles, doubles.order(), DType.FLOAT64, sizes);
    } else if (buffer instanceof LongBuffer longs) {
      return of(longs, longs.order(), DType.INT64, sizes);
    } else if (buffer instanceof IntBuffer ints) {
      return of(ints, ints.order(), DType.INT32, sizes);
    } else if (buffer instanceof ShortBuffer shorts) {
      return of(shorts, shorts.order(), DType.INT16, sizes);
    } else if (buffer instanceof ByteBuffer bytes) {
      return of(bytes, ByteOrder.nativeOrder(), DType.INT8, sizes);
    }
    throw DTypeException.unsupported(
        "SharedMemory.of", buffer.getClass().getSimpleName(), "buffers of numbers");
  }

  /** The bytes between a direct buffer's position and its limit as elements of any type. */
  public static Tensor of(ByteBuffer buffer, DType dtype, long... sizes) {
    ByteOrder order = dtype.bytes() == 1 ? ByteOrder.nativeOrder() : buffer.order();
    return of(buffer, order, dtype, sizes);
  }

  private static Tensor of(Buffer buffer, ByteOrder order, DType dtype, long... sizes) {
    if (!buffer.isDirect() || buffer.isReadOnly()) {
      throw ConfigException.because(
          "SharedMemory.of: expected a direct buffer that can be written, got "
              + buffer
              + "; make it with allocateDirect, or copy the array with Creation.tensor");
    }
    if (order != ByteOrder.nativeOrder()) {
      throw ConfigException.because(
          "SharedMemory.of: expected "
              + ByteOrder.nativeOrder()
              + " byte order, got "
              + order
              + "; call order(ByteOrder.nativeOrder()) on the buffer");
    }
    Shape shape = Shape.of(sizes);
    int width = buffer instanceof ByteBuffer ? 1 : dtype.bytes();
    long bytes = (long) buffer.remaining() * width;
    if (shape.numel() * dtype.bytes() != bytes) {
      throw ShapeException.mismatch(
          "SharedMemory.of", shape.numel() * dtype.bytes() + " bytes for " + dtype + shape, bytes);
    }
    long address = NativeMemory.address(buffer) + (long) buffer.position() * width;
    // The action holds the buffer, and with it the memory, until the last tensor is released.
    Storage storage =
        Storage.foreign(Device.CPU, address, bytes, () -> Reference.reachabilityFence(buffer));
    try {
      return Tensor.view(storage, 0, shape, Strides.contiguous(shape), dtype);
    } finally {
      storage.release();
    }
  }

  /**
   * The elements of an Arrow vector of numbers, or of lists of one size of them ({@code [rows,
   * size]}). The tensor shares the vector's buffer, and keeps it when the vector is closed.
   *
   * @throws ai.cresset.error.DataException for nulls, and for types whose elements are no numbers
   */
  public static Tensor of(FieldVector vector) {
    String name = vector.getName();
    if (vector.getNullCount() > 0) {
      throw DataException.because(
          "vector '" + name + "' has " + vector.getNullCount() + " nulls; fill or drop them first");
    }
    if (vector instanceof FixedSizeListVector lists) {
      FieldVector elements = lists.getDataVector();
      long rows = lists.getValueCount();
      return of(elements, dtype(elements), Shape.of(rows, lists.getListSize()));
    }
    return of(vector, dtype(vector), Shape.of(vector.getValueCount()));
  }

  private static Tensor of(FieldVector vector, DType dtype, Shape shape) {
    if (vector.getNullCount() > 0) {
      throw DataException.because("vector '" + vector.getName() + "' has nulls within its lists");
    }
    Storage storage = Allocator.current().share(vector.getDataBuffer());
    try {
      if (storage.bytes() < shape.numel() * dtype.bytes()) {
        throw ShapeException.mismatch(
            "SharedMemory.of", shape.numel() * dtype.bytes() + " bytes", storage.bytes());
      }
      return Tensor.view(storage, 0, shape, Strides.contiguous(shape), dtype);
    } finally {
      storage.release();
    }
  }

  private static DType dtype(FieldVector vector) {
    return switch (vector.getMinorType()) {
      case TINYINT -> DType.INT8;
      case UINT1 -> DType.UINT8;
      case SMALLINT -> DType.INT16;
      case INT -> DType.INT32;
      case BIGINT -> DType.INT64;
      case FLOAT2 -> DType.FLOAT16;
      case FLOAT4 -> DType.FLOAT32;
      case FLOAT8 -> DType.FLOAT64;
      default ->
          throw DataException.unsupported(
              vector.getName(), vector.getMinorType(), "signed integers, uint8 and floats");
    };
  }
}
