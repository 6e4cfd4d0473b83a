package ai.cresset.backend.cpu;

import ai.cresset.backend.Averaging;
import ai.cresset.backend.View;
import ai.cresset.backend.Window;
import ai.cresset.memory.NativeMemory;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.util.List;

/**
 * Pooling and its gradients. All channels of a place are handled together, so channels-last images
 * are read in runs. Backward passes add in the order of windows, one image after the other in one
 * task, whatever the number of threads.
 */
final class PoolingKernel {
  private final ThreadTeam team;
  private final CopyKernel copies;
  private final FloatKernels kernels;

  PoolingKernel(ThreadTeam team, CopyKernel copies, FloatKernels kernels) {
    this.kernels = kernels;
    this.team = team;
    this.copies = copies;
  }

  /** Images and their pooled form, both of rank 5. */
  private record Geometry(List<Window> windows, View input, View output) {
    /** Windows of one task: all with one batch, depth and height. */
    int rows() {
      Shape out = output.shape();
      return Math.toIntExact(out.size(0) * out.size(2) * out.size(3));
    }

    long[] inputSizes() {
      return spatial(input.shape());
    }

    long[] outputSizes() {
      return spatial(output.shape());
    }

    private static long[] spatial(Shape shape) {
      return new long[] {shape.size(2), shape.size(3), shape.size(4)};
    }
  }

  /** A window: its batch and place, and the elements of the input it covers. */
  private static final class Place {
    private final Geometry geometry;
    private final long[] in;
    private final long[] out;
    private final long[] begin = new long[3];
    private final long[] end = new long[3];
    private long batch;
    private long depth;
    private long height;
    private long width;

    Place(Geometry geometry) {
      this.geometry = geometry;
      this.in = geometry.inputSizes();
      this.out = geometry.outputSizes();
    }

    void row(long row) {
      batch = row / (out[0] * out[1]);
      depth = row / out[1] % out[0];
      height = row % out[1];
      limit(0, depth);
      limit(1, height);
    }

    void column(long column) {
      width = column;
      limit(2, column);
    }

    private void limit(int dim, long at) {
      Window window = geometry.windows().get(dim);
      long first = window.begin(at, in[dim], out[dim]);
      if (first < 0) {
        first += (-first + window.dilation() - 1) / window.dilation() * window.dilation();
      }
      begin[dim] = first;
      end[dim] = Math.min(in[dim], window.end(at, in[dim], out[dim]));
    }

    /** The address of the first channel of this window in a view of the output's shape. */
    long of(View view) {
      return address(view, batch, depth, height, width);
    }

    double divisor(Averaging averaging) {
      return Averaging.divisor(averaging, in, out, depth, height, width);
    }

    /** What is done with an element: its number in the plane, and its first channel's address. */
    interface Visit {
      void at(long number, long address);
    }

    void visit(View view, Visit visit) {
      List<Window> windows = geometry.windows();
      for (long d = begin[0]; d < end[0]; d += windows.get(0).dilation()) {
        for (long h = begin[1]; h < end[1]; h += windows.get(1).dilation()) {
          for (long w = begin[2]; w < end[2]; w += windows.get(2).dilation()) {
            visit.at((d * in[1] + h) * in[2] + w, address(view, batch, d, h, w));
          }
        }
      }
    }
  }

  private static long address(View view, long batch, long d, long h, long w) {
    long offset =
        batch * view.strides().stride(0)
            + d * view.strides().stride(2)
            + h * view.strides().stride(3)
            + w * view.strides().stride(4);
    return view.address() + offset * view.dtype().bytes();
  }

  void max(List<Window> windows, View input, View output, View indices) {
    if (output.numel() == 0) {
      return;
    }
    View places = indices.volume();
    Geometry geometry = new Geometry(Window.volume(windows), input.volume(), output.volume());
    int channels = Math.toIntExact(input.shape().size(1));
    team.run(
        geometry.rows(),
        row -> {
          Place place = new Place(geometry);
          PoolingLine line = PoolingLine.of(input.dtype(), channels, kernels);
          place.row(row);
          for (long column = 0; column < geometry.output().shape().size(4); column++) {
            place.column(column);
            line.clear();
            View from = geometry.input();
            place.visit(from, (number, at) -> line.larger(from, at, number));
            line.found();
            line.store(geometry.output(), place.of(geometry.output()), 1);
            line.storePlaces(places, place.of(places));
          }
        });
  }

  void maxBackward(View gradient, View indices, View inputGradient) {
    if (inputGradient.numel() == 0) {
      return;
    }
    accumulate(
        inputGradient,
        to -> {
          View from = gradient.volume();
          View places = indices.volume();
          Geometry geometry = new Geometry(List.of(), to, from);
          long[] distances = PoolingLine.distances(to, geometry.inputSizes());
          int channels = Math.toIntExact(to.shape().size(1));
          team.run(
              Math.toIntExact(to.shape().size(0)),
              image -> {
                PoolingLine line = PoolingLine.of(to.dtype(), channels, kernels);
                Shape out = from.shape();
                for (long d = 0; d < out.size(2); d++) {
                  for (long h = 0; h < out.size(3); h++) {
                    for (long w = 0; w < out.size(4); w++) {
                      line.load(from, address(from, image, d, h, w));
                      line.loadPlaces(places, address(places, image, d, h, w));
                      line.scatter(to, address(to, image, 0, 0, 0), distances);
                    }
                  }
                }
              });
        });
  }

  void average(Averaging averaging, View input, View output) {
    if (output.numel() == 0) {
      return;
    }
    Averaging three = averaging.volume();
    Geometry geometry = new Geometry(three.windows(), input.volume(), output.volume());
    int channels = Math.toIntExact(input.shape().size(1));
    team.run(
        geometry.rows(),
        row -> {
          Place place = new Place(geometry);
          PoolingLine line = PoolingLine.of(input.dtype(), channels, kernels);
          place.row(row);
          for (long column = 0; column < geometry.output().shape().size(4); column++) {
            place.column(column);
            line.zero();
            View from = geometry.input();
            place.visit(from, (number, at) -> line.add(from, at));
            line.store(geometry.output(), place.of(geometry.output()), place.divisor(three));
          }
        });
  }

  void averageBackward(Averaging averaging, View gradient, View inputGradient) {
    if (inputGradient.numel() == 0) {
      return;
    }
    Averaging three = averaging.volume();
    accumulate(
        inputGradient,
        to -> {
          View from = gradient.volume();
          Geometry geometry = new Geometry(three.windows(), to, from);
          int channels = Math.toIntExact(to.shape().size(1));
          int images = Math.toIntExact(to.shape().size(0));
          long rows = geometry.rows() / Math.max(1, images);
          team.run(
              images,
              image -> {
                Place place = new Place(geometry);
                PoolingLine line = PoolingLine.of(to.dtype(), channels, kernels);
                for (long row = image * rows; row < (image + 1) * rows; row++) {
                  place.row(row);
                  for (long column = 0; column < from.shape().size(4); column++) {
                    place.column(column);
                    line.load(from, place.of(from));
                    line.divide(place.divisor(three));
                    place.visit(to, (number, at) -> line.addTo(to, at));
                  }
                }
              });
        });
  }

  private interface Sum {
    void into(View zeros);
  }

  /** Runs a sum on zeros of at least float32 that become the result. */
  private void accumulate(View result, Sum sum) {
    DType compute = result.dtype() == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
    View volume = result.volume();
    try (Temporaries temporaries = new Temporaries(copies)) {
      boolean direct =
          volume.dtype() == compute && (ChannelsLast.holds(volume) || volume.isContiguous());
      View zeros = direct ? volume : ChannelsLast.like(volume, compute, temporaries);
      NativeMemory.fill(zeros.address(), zeros.bytes(), (byte) 0);
      sum.into(zeros);
      if (!direct) {
        copies.copy(zeros, volume);
      }
    }
  }
}
