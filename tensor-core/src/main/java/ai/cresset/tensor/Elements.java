package ai.cresset.tensor;

import ai.cresset.error.ShapeException;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.NativeMemory;
import ai.cresset.memory.Storage;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import java.lang.ref.Reference;
import java.util.function.LongConsumer;

/** Elements to and from Java. Arrays are row-major. */
public interface Elements {
  /** This object as a tensor. */
  Tensor self();

  /**
   * The one element, as a double.
   *
   * @throws ShapeException unless there is exactly one
   */
  default double item() {
    Tensor self = self();
    if (self.numel() != 1) {
      throw ShapeException.mismatch(
          "item",
          "one element",
          self.spec(),
          "pick one with get, or read all with toFloatArray() or toDoubleArray()");
    }
    return toDoubleArray()[0];
  }

  /** All elements as floats. */
  default float[] toFloatArray() {
    float[] values = new float[length()];
    withHost(
        self(), DType.FLOAT32, address -> NativeMemory.read(address, values, 0, values.length));
    return values;
  }

  /** All elements as doubles. */
  default double[] toDoubleArray() {
    double[] values = new double[length()];
    withHost(
        self(), DType.FLOAT64, address -> NativeMemory.read(address, values, 0, values.length));
    return values;
  }

  /** All elements as longs. */
  default long[] toLongArray() {
    long[] values = new long[length()];
    withHost(self(), DType.INT64, address -> NativeMemory.read(address, values, 0, values.length));
    return values;
  }

  private int length() {
    long numel = self().numel();
    if (numel > Integer.MAX_VALUE - 8) {
      throw ShapeException.mismatch("toArray", "fewer than 2^31 elements", self().spec());
    }
    return (int) numel;
  }

  /** Casts to {@code type}, row-major, on the host, and shows the address. */
  private static void withHost(Tensor tensor, DType type, LongConsumer reader) {
    Tensor cast = Tensor.empty(tensor.spec().withDType(type));
    try (cast) {
      tensor.backend().copy(tensor.materialize(), cast.materialize());
      Storage storage = cast.storage();
      if (storage.device().isHost()) {
        reader.accept(storage.address());
        return;
      }
      long bytes = cast.numel() * type.bytes();
      Storage host = Allocator.current().allocate(bytes);
      try {
        tensor.backend().download(storage, 0, host.address(), bytes);
        reader.accept(host.address());
      } finally {
        host.release();
      }
    } finally {
      Reference.reachabilityFence(tensor);
    }
  }

  /** A tensor with a copy of {@code values}; the sizes must multiply to their number. */
  static Tensor copyOf(float[] values, long... sizes) {
    return fill(
        values.length,
        DType.FLOAT32,
        sizes,
        address -> NativeMemory.write(values, 0, address, values.length));
  }

  /** A tensor with a copy of {@code values}; the sizes must multiply to their number. */
  static Tensor copyOf(double[] values, long... sizes) {
    return fill(
        values.length,
        DType.FLOAT64,
        sizes,
        address -> NativeMemory.write(values, 0, address, values.length));
  }

  /** A tensor with a copy of {@code values}; the sizes must multiply to their number. */
  static Tensor copyOf(long[] values, long... sizes) {
    return fill(
        values.length,
        DType.INT64,
        sizes,
        address -> NativeMemory.write(values, 0, address, values.length));
  }

  /** A tensor with a copy of {@code values}; the sizes must multiply to their number. */
  static Tensor copyOf(int[] values, long... sizes) {
    return fill(
        values.length,
        DType.INT32,
        sizes,
        address -> NativeMemory.write(values, 0, address, values.length));
  }

  private static Tensor fill(int length, DType type, long[] sizes, LongConsumer writer) {
    Shape shape = Shape.of(sizes);
    if (shape.numel() != length) {
      throw ShapeException.mismatch("Tensor.of", shape.numel() + " values for " + shape, length);
    }
    Tensor tensor = Tensor.empty(new Spec(shape, type, Device.CPU));
    writer.accept(tensor.storage().address());
    return tensor;
  }
}
