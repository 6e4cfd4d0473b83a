package ai.cresset.backend.cpu;

import ai.cresset.backend.View;
import ai.cresset.memory.NativeMemory;
import ai.cresset.type.DType;
import java.util.Arrays;

/**
 * The channels of one window while it is computed, in float32 or, for float64, in float64. Lives in
 * the arrays of the calling thread.
 */
abstract class PoolingLine {
  final int channels;
  final Scratch scratch = Scratch.current();
  final long[] places;

  PoolingLine(int channels) {
    this.channels = channels;
    this.places = new long[channels];
  }

  static PoolingLine of(DType dtype, int channels, FloatKernels kernels) {
    return dtype == DType.FLOAT64 ? new Doubles(channels) : new Floats(channels, kernels);
  }

  /** Starts a search for the largest. */
  void clear() {
    Arrays.fill(places, -1);
  }

  /** Ends it: places are known. */
  void found() {}

  /** Starts a sum. */
  abstract void zero();

  /** Takes the elements at {@code address} where they are larger. */
  abstract void larger(View view, long address, long place);

  /** Adds the elements at {@code address}. */
  abstract void add(View view, long address);

  /** Adds to the elements at {@code address}. */
  abstract void addTo(View view, long address);

  abstract void load(View view, long address);

  abstract void divide(double divisor);

  abstract void store(View view, long address, double divisor);

  /** Adds each channel to the element at its place in the image at {@code address}. */
  abstract void scatter(View image, long address, long[] distances);

  final void storePlaces(View view, long address) {
    Segments.write(DType.INT64, places, 0, address, view.strides().stride(1), channels);
  }

  final void loadPlaces(View view, long address) {
    Segments.read(DType.INT64, address, view.strides().stride(1), places, 0, channels);
  }

  /** The distance of each place from the first element of its channel. */
  static long[] distances(View image, long[] sizes) {
    long[] distances = new long[Math.toIntExact(sizes[0] * sizes[1] * sizes[2])];
    for (int place = 0; place < distances.length; place++) {
      distances[place] =
          place % sizes[2] * image.strides().stride(4)
              + place / sizes[2] % sizes[1] * image.strides().stride(3)
              + place / (sizes[1] * sizes[2]) * image.strides().stride(2);
    }
    return distances;
  }

  private static final class Floats extends PoolingLine {
    private final float[] values;
    private final float[] read;

    /** At each channel, which of the elements compared so far is the largest. */
    private final float[] winners;

    private final FloatKernels kernels;
    private long[] compared = new long[9];
    private int numCompared;

    Floats(int channels, FloatKernels kernels) {
      super(channels);
      this.kernels = kernels;
      winners = scratch.floatRow(2, channels);
      values = scratch.floatRow(0, channels);
      read = scratch.floatRow(1, channels);
    }

    @Override
    void zero() {
      Arrays.fill(values, 0, channels, 0);
    }

    private void read(View view, long address, float[] to) {
      long stride = view.strides().stride(1);
      ConvertedSegments.read(view.dtype(), address, stride, to, 0, channels, scratch);
    }

    @Override
    void clear() {
      super.clear();
      numCompared = 0;
    }

    @Override
    void larger(View view, long address, long place) {
      if (numCompared == compared.length) {
        compared = Arrays.copyOf(compared, 2 * numCompared);
      }
      compared[numCompared] = place;
      if (numCompared == 0) {
        read(view, address, values);
        Arrays.fill(winners, 0, channels, 0);
      } else {
        read(view, address, read);
        kernels.keepLarger(read, numCompared, values, winners, channels);
      }
      numCompared++;
    }

    @Override
    void found() {
      for (int i = 0; i < channels && numCompared > 0; i++) {
        places[i] = compared[(int) winners[i]];
      }
    }

    @Override
    void add(View view, long address) {
      read(view, address, read);
      for (int i = 0; i < channels; i++) {
        values[i] += read[i];
      }
    }

    @Override
    void addTo(View view, long address) {
      read(view, address, read);
      for (int i = 0; i < channels; i++) {
        read[i] += values[i];
      }
      write(view, address, read);
    }

    @Override
    void load(View view, long address) {
      read(view, address, values);
    }

    @Override
    void divide(double divisor) {
      float by = (float) divisor;
      for (int i = 0; i < channels; i++) {
        values[i] /= by;
      }
    }

    @Override
    void store(View view, long address, double divisor) {
      if (divisor != 1) {
        divide(divisor);
      }
      write(view, address, values);
    }

    private void write(View view, long address, float[] from) {
      long stride = view.strides().stride(1);
      ConvertedSegments.write(from, 0, view.dtype(), address, stride, channels, scratch);
    }

    @Override
    void scatter(View image, long address, long[] distances) {
      long step = image.strides().stride(1);
      for (int i = 0; i < channels; i++) {
        long at = address + (i * step + distances[(int) places[i]]) * Float.BYTES;
        NativeMemory.putFloat(at, NativeMemory.getFloat(at) + values[i]);
      }
    }
  }

  private static final class Doubles extends PoolingLine {
    private final double[] values;
    private final double[] read;

    Doubles(int channels) {
      super(channels);
      values = scratch.doubleRow(0, channels);
      read = scratch.doubleRow(1, channels);
    }

    @Override
    void zero() {
      Arrays.fill(values, 0, channels, 0);
    }

    private void read(View view, long address, double[] to) {
      long stride = view.strides().stride(1);
      ConvertedSegments.read(view.dtype(), address, stride, to, 0, channels, scratch);
    }

    @Override
    void larger(View view, long address, long place) {
      read(view, address, read);
      for (int i = 0; i < channels; i++) {
        double value = read[i];
        if (value > values[i] || places[i] < 0 || Double.isNaN(value)) {
          values[i] = value;
          places[i] = place;
        }
      }
    }

    @Override
    void add(View view, long address) {
      read(view, address, read);
      for (int i = 0; i < channels; i++) {
        values[i] += read[i];
      }
    }

    @Override
    void addTo(View view, long address) {
      read(view, address, read);
      for (int i = 0; i < channels; i++) {
        read[i] += values[i];
      }
      write(view, address, read);
    }

    @Override
    void load(View view, long address) {
      read(view, address, values);
    }

    @Override
    void divide(double divisor) {
      for (int i = 0; i < channels; i++) {
        values[i] /= divisor;
      }
    }

    @Override
    void store(View view, long address, double divisor) {
      divide(divisor);
      write(view, address, values);
    }

    private void write(View view, long address, double[] from) {
      long stride = view.strides().stride(1);
      ConvertedSegments.write(from, 0, view.dtype(), address, stride, channels, scratch);
    }

    @Override
    void scatter(View image, long address, long[] distances) {
      long step = image.strides().stride(1);
      for (int i = 0; i < channels; i++) {
        long at = address + (i * step + distances[(int) places[i]]) * Double.BYTES;
        NativeMemory.putDouble(at, NativeMemory.getDouble(at) + values[i]);
      }
    }
  }
}
