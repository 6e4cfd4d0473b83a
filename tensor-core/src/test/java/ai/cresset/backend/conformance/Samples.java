package ai.cresset.backend.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import ai.cresset.backend.Backend;
import ai.cresset.backend.View;
import ai.cresset.backend.reference.ReferenceBackend;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.NativeMemory;
import ai.cresset.memory.Storage;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Pairs of equal views, one for the reference and one for the backend under test. Frees them all at
 * the end, and fails if anything else is left.
 */
public final class Samples implements AutoCloseable {
  private final Backend tested;
  private final ReferenceBackend reference = new ReferenceBackend();
  private final Allocator allocator = Allocator.create("conformance", 1L << 32);
  private final Allocator.Binding binding = allocator.bind();
  private final List<Storage> storages = new ArrayList<>();
  private final Random random = new Random(42);

  public Samples(Backend tested) {
    this.tested = tested;
  }

  /** A view of the reference's and its twin on the device under test. */
  public record Sample(View expected, View actual) {}

  public ReferenceBackend reference() {
    return reference;
  }

  /** Random values that suit the type: about -3 to 3, small integers, both booleans. */
  public Sample random(DType dtype, Layout layout, long... sizes) {
    return filled(dtype, layout, Shape.of(sizes), i -> value(dtype));
  }

  /** Values between two bounds. */
  public Sample uniform(DType dtype, Layout layout, double low, double high, long... sizes) {
    return filled(dtype, layout, Shape.of(sizes), i -> low + (high - low) * random.nextDouble());
  }

  /** int64 indexes below {@code bound}. */
  public Sample indexes(long bound, Layout layout, long... sizes) {
    return filled(DType.INT64, layout, Shape.of(sizes), i -> (double) random.nextInt((int) bound));
  }

  /** These values in row-major order. */
  public Sample of(DType dtype, Shape shape, double... values) {
    return filled(dtype, Layout.CONTIGUOUS, shape, i -> values[i]);
  }

  private double value(DType dtype) {
    return switch (dtype) {
      case BOOL -> random.nextInt(2);
      case UINT8 -> random.nextInt(6);
      case INT8, INT16, INT32, INT64 -> random.nextInt(11) - 5;
      case FLOAT16, BFLOAT16, FLOAT32, FLOAT64 -> random.nextDouble() * 6 - 3;
    };
  }

  /** A view without meaningful content, with equal bytes in both. */
  public Sample output(DType dtype, Layout layout, Shape shape) {
    return filled(dtype, layout, shape, i -> 1);
  }

  private interface Values {
    double at(int element);
  }

  private Sample filled(DType dtype, Layout layout, Shape shape, Values values) {
    long span = layout.offset() + 1;
    for (int dim = 0; dim < shape.rank(); dim++) {
      span += Math.max(0, shape.size(dim) - 1) * layout.strides(shape).stride(dim);
    }
    long bytes = span * dtype.bytes();
    View expected = new View(host(bytes), layout.offset(), shape, layout.strides(shape), dtype);
    NativeMemory.fill(expected.storage().address(), bytes, (byte) 0);
    View doubles = View.contiguous(host(8 * Math.max(1, shape.numel())), shape, DType.FLOAT64);
    for (int i = 0; i < shape.numel(); i++) {
      NativeMemory.putDouble(doubles.address() + 8L * i, values.at(i));
    }
    reference.copy(doubles, expected);
    Storage device = tested.allocate(allocator, bytes);
    storages.add(device);
    tested.upload(expected.storage().address(), device, 0, bytes);
    View actual = new View(device, expected.offset(), shape, expected.strides(), dtype);
    return new Sample(expected, actual);
  }

  private Storage host(long bytes) {
    Storage storage = allocator.allocate(bytes);
    storages.add(storage);
    return storage;
  }

  /** The elements of a host view in row-major order. */
  public double[] values(View view) {
    View doubles =
        View.contiguous(host(8 * Math.max(1, view.numel())), view.shape(), DType.FLOAT64);
    reference.copy(view, doubles);
    double[] values = new double[(int) view.numel()];
    NativeMemory.read(doubles.address(), values, 0, values.length);
    return values;
  }

  /** The elements the tested backend wrote. */
  public double[] actualValues(Sample sample) {
    View actual = sample.actual();
    tested.synchronize();
    long bytes = actual.storage().bytes();
    Storage host = host(bytes);
    tested.download(actual.storage(), 0, host.address(), bytes);
    return values(
        new View(host, actual.offset(), actual.shape(), actual.strides(), actual.dtype()));
  }

  /** Fails unless both views hold the same numbers, up to what their type can show. */
  public void assertSame(String what, Sample sample) {
    assertClose(what, sample, tolerance(sample.expected().dtype()));
  }

  private static double tolerance(DType dtype) {
    return switch (dtype) {
      case FLOAT64 -> 1e-12;
      case FLOAT32 -> 4e-6;
      case FLOAT16 -> 2e-3;
      case BFLOAT16 -> 1.6e-2;
      case BOOL, UINT8, INT8, INT16, INT32, INT64 -> 0;
    };
  }

  /** Fails unless numbers differ by at most {@code tolerance}, relative above 1. */
  public void assertClose(String what, Sample sample, double tolerance) {
    double[] expected = values(sample.expected());
    double[] actual = actualValues(sample);
    for (int i = 0; i < expected.length; i++) {
      double allowed = tolerance * Math.max(1, Math.abs(expected[i]));
      boolean same =
          Double.compare(expected[i], actual[i]) == 0
              || expected[i] == actual[i]
              || Math.abs(expected[i] - actual[i]) <= allowed;
      if (!same) {
        fail(
            what
                + ": element "
                + i
                + " of "
                + sample.expected()
                + ": expected "
                + expected[i]
                + ", got "
                + actual[i]);
      }
    }
  }

  /** Fails unless every number is the same. */
  public void assertIdentical(String what, Sample sample) {
    assertClose(what, sample, 0);
  }

  @Override
  public void close() {
    storages.forEach(Storage::release);
    binding.close();
    assertEquals(0, allocator.statistics().liveStorages(), allocator.report());
    allocator.close();
  }
}
