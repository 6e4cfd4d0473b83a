package ai.cresset.backend.cpu;

import ai.cresset.backend.Convolution;
import ai.cresset.backend.View;
import ai.cresset.memory.NativeMemory;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import ai.cresset.type.Strides;
import org.jspecify.annotations.Nullable;

/**
 * Convolutions as matrix products: a row for each output place of an image and a group, a column
 * for each weight of a channel ("im2col"). For types and windows that oneDNN does not have. Images
 * are channels-last, weights row-major, all of rank 5 and one type.
 */
final class MatrixConvolution {
  /** Elements that are laid out at once where images are small. */
  private static final long MOST_COLUMNS = 1 << 20;

  private final ThreadTeam team;
  private final CopyKernel copies;
  private final MatmulKernel matmul;

  MatrixConvolution(ThreadTeam team, CopyKernel copies, MatmulKernel matmul) {
    this.team = team;
    this.copies = copies;
    this.matmul = matmul;
  }

  /** The sizes of one convolution. */
  record Geometry(Convolution window, View x, View w, View y) {
    long groups() {
      return window.groups();
    }

    long inputs() {
      return w.shape().size(1);
    }

    long outputs() {
      return w.shape().size(0) / groups();
    }

    long taps() {
      return w.shape().size(2) * w.shape().size(3) * w.shape().size(4);
    }

    long places() {
      return y.shape().size(2) * y.shape().size(3) * y.shape().size(4);
    }

    /** {@code [1, images * places, outputs]} of images and a group. */
    View outputRows(long image, long images, long group) {
      long channels = y.shape().size(1);
      long offset = y.offset() + image * places() * channels + group * outputs();
      Shape shape = Shape.of(1, images * places(), outputs());
      return new View(y.storage(), offset, shape, Strides.of(0, channels, 1), y.dtype());
    }

    /** {@code [1, outputs, taps * inputs]} of a group, of weights in the order of columns. */
    View weightRows(View ordered, long group) {
      long columns = taps() * inputs();
      Shape shape = Shape.of(1, outputs(), columns);
      long offset = ordered.offset() + group * outputs() * columns;
      return new View(ordered.storage(), offset, shape, Strides.of(0, columns, 1), w.dtype());
    }

    View columns(long images, Temporaries temporaries) {
      return temporaries.of(Shape.of(1, images * places(), taps() * inputs()), x.dtype());
    }

    /** Images whose columns are few enough to be laid out together. */
    long together() {
      long columns = Math.max(1, places() * taps() * inputs());
      return Math.max(1, Math.min(y.shape().size(0), MOST_COLUMNS / columns));
    }
  }

  void forward(Convolution window, View x, View w, @Nullable View bias, View y) {
    Geometry geometry = new Geometry(window, x, w, y);
    try (Temporaries temporaries = new Temporaries(copies)) {
      if (bias != null) {
        Strides repeated = Strides.of(0, 1, 0, 0, 0);
        copies.copy(new View(bias.storage(), bias.offset(), y.shape(), repeated, bias.dtype()), y);
      }
      View ordered = ordered(w, temporaries);
      View columns = geometry.columns(1, temporaries);
      for (long image = 0; image < y.shape().size(0); image++) {
        for (long group = 0; group < geometry.groups(); group++) {
          gather(geometry, image, group, 0, columns);
          View weights = Product.transposed(geometry.weightRows(ordered, group));
          matmul.multiply(columns, weights, geometry.outputRows(image, 1, group), bias != null);
        }
      }
    }
  }

  void inputGradient(Convolution window, View x, View w, View y) {
    Geometry geometry = new Geometry(window, x, w, y);
    Temporaries.clear(x);
    try (Temporaries temporaries = new Temporaries(copies)) {
      View ordered = ordered(w, temporaries);
      View columns = geometry.columns(1, temporaries);
      for (long image = 0; image < y.shape().size(0); image++) {
        for (long group = 0; group < geometry.groups(); group++) {
          View rows = geometry.outputRows(image, 1, group);
          matmul.multiply(rows, geometry.weightRows(ordered, group), columns, false);
          scatter(geometry, image, group, columns);
        }
      }
    }
  }

  void weightGradient(Convolution window, View x, View w, View y) {
    Geometry geometry = new Geometry(window, x, w, y);
    try (Temporaries temporaries = new Temporaries(copies)) {
      View ordered = temporaries.of(lastChannels(w).shape(), w.dtype());
      if (y.numel() == 0) {
        Temporaries.clear(ordered);
      }
      long each = geometry.together();
      View columns = geometry.columns(each, temporaries);
      for (long image = 0; image < y.shape().size(0); image += each) {
        long images = Math.min(each, y.shape().size(0) - image);
        View used = rows(columns, images * geometry.places());
        for (long group = 0; group < geometry.groups(); group++) {
          for (long i = 0; i < images; i++) {
            gather(geometry, image + i, group, i * geometry.places(), columns);
          }
          View rows = Product.transposed(geometry.outputRows(image, images, group));
          matmul.multiply(rows, used, geometry.weightRows(ordered, group), image > 0);
        }
      }
      copies.copy(ordered, lastChannels(w));
    }
  }

  /** The first rows of a matrix. */
  private static View rows(View matrix, long count) {
    Shape shape = matrix.shape().with(1, count);
    return new View(matrix.storage(), matrix.offset(), shape, matrix.strides(), matrix.dtype());
  }

  /** Weights as {@code [outputs, depth, height, width, inputs]}. */
  private View ordered(View w, Temporaries temporaries) {
    return temporaries.copyOf(lastChannels(w), w.dtype());
  }

  private static View lastChannels(View w) {
    long[] sizes = w.shape().toArray();
    long[] steps = w.strides().toArray();
    return new View(
        w.storage(),
        w.offset(),
        Shape.of(sizes[0], sizes[2], sizes[3], sizes[4], sizes[1]),
        Strides.of(steps[0], steps[2], steps[3], steps[4], steps[1]),
        w.dtype());
  }

  /** Lays the input elements of each output place into its row; 0 outside of the image. */
  private void gather(Geometry geometry, long image, long group, long firstRow, View columns) {
    long run = geometry.inputs() * columns.dtype().bytes();
    team.run(
        Math.toIntExact(geometry.places()),
        place ->
            walk(
                geometry,
                image,
                group,
                place,
                (tap, from) -> {
                  long to = columns.address() + ((firstRow + place) * geometry.taps() + tap) * run;
                  if (from < 0) {
                    NativeMemory.fill(to, run, (byte) 0);
                  } else {
                    NativeMemory.copy(from, to, run);
                  }
                }));
  }

  /** Adds the elements of each row back to where they came from, in the order of places. */
  private static void scatter(Geometry geometry, long image, long group, View columns) {
    int count = Math.toIntExact(geometry.inputs());
    DType dtype = columns.dtype();
    Scratch scratch = Scratch.current();
    double[] sum = scratch.doubleRow(0, count);
    double[] more = scratch.doubleRow(1, count);
    for (long place = 0; place < geometry.places(); place++) {
      long row = columns.address() + place * geometry.taps() * count * dtype.bytes();
      walk(
          geometry,
          image,
          group,
          place,
          (tap, at) -> {
            if (at >= 0) {
              long from = row + tap * count * dtype.bytes();
              ConvertedSegments.read(dtype, at, 1, sum, 0, count, scratch);
              ConvertedSegments.read(dtype, from, 1, more, 0, count, scratch);
              for (int i = 0; i < count; i++) {
                sum[i] += more[i];
              }
              ConvertedSegments.write(sum, 0, dtype, at, 1, count, scratch);
            }
          });
    }
  }

  /** What is done with a weight's place: the address of its channels in the image, or -1. */
  interface Tap {
    void at(long tap, long address);
  }

  /** Visits each weight's place in the window of an output place. */
  static void walk(Geometry geometry, long image, long group, long place, Tap visit) {
    Shape x = geometry.x().shape();
    Shape w = geometry.w().shape();
    Shape y = geometry.y().shape();
    Convolution window = geometry.window();
    long channels = x.size(1);
    long first = group * geometry.inputs();
    long startD = place / (y.size(3) * y.size(4)) * window.stride().get(0);
    long startH = place / y.size(4) % y.size(3) * window.stride().get(1);
    long startW = place % y.size(4) * window.stride().get(2);
    long tap = 0;
    for (long i = 0; i < w.size(2); i++) {
      long d = startD + i * window.dilation().get(0) - window.padding().get(0);
      for (long j = 0; j < w.size(3); j++) {
        long h = startH + j * window.dilation().get(1) - window.padding().get(1);
        for (long k = 0; k < w.size(4); k++) {
          long v = startW + k * window.dilation().get(2) - window.padding().get(2);
          boolean inside =
              d >= 0 && d < x.size(2) && h >= 0 && h < x.size(3) && v >= 0 && v < x.size(4);
          long element =
              (((image * x.size(2) + d) * x.size(3) + h) * x.size(4) + v) * channels + first;
          long address = geometry.x().address() + element * geometry.x().dtype().bytes();
          visit.at(tap++, inside ? address : -1);
        }
      }
    }
  }
}
