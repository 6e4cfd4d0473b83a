package ai.cresset.backend.cpu;

import ai.cresset.backend.Convolution;
import ai.cresset.backend.View;
import ai.cresset.memory.NativeMemory;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import ai.cresset.type.Strides;
import org.jspecify.annotations.Nullable;

/**
 * Convolutions of a few small images by large weights, the last layers of a network, as one matrix
 * product. Columns are in the order of weights as they lie in tensors: bringing the weights into
 * oneDNN's layout and their gradient out of it takes as long there as the arithmetic.
 */
final class SmallImageConvolution {
  /** Output places of all images. */
  private static final long MOST_PLACES = 128;

  private static final long FEWEST_WEIGHTS = 1 << 18;

  private final ThreadTeam team;
  private final CopyKernel copies;
  private final MatmulKernel matmul;

  SmallImageConvolution(ThreadTeam team, CopyKernel copies, MatmulKernel matmul) {
    this.team = team;
    this.copies = copies;
    this.matmul = matmul;
  }

  /** Whether this is the faster way; views are of rank 5. */
  static boolean takes(Convolution window, View x, View w, View y) {
    long places = y.numel() / Math.max(1, y.shape().size(1));
    return x.dtype() == DType.FLOAT32
        && window.groups() == 1
        && x.numel() > 0
        && places > 0
        && places <= MOST_PLACES
        && w.numel() >= FEWEST_WEIGHTS;
  }

  void forward(
      Convolution window, View x, View w, @Nullable View bias, View y, Temporaries temporaries) {
    MatrixConvolution.Geometry geometry = new MatrixConvolution.Geometry(window, x, w, y);
    if (bias != null) {
      Strides repeated = Strides.of(0, 1, 0, 0, 0);
      copies.copy(new View(bias.storage(), bias.offset(), y.shape(), repeated, bias.dtype()), y);
    }
    View columns = gather(geometry, temporaries);
    View weights = Product.transposed(weightRows(w));
    matmul.multiply(columns, weights, outputRows(y), bias != null);
  }

  void inputGradient(Convolution window, View x, View w, View y, Temporaries temporaries) {
    MatrixConvolution.Geometry geometry = new MatrixConvolution.Geometry(window, x, w, y);
    View columns = columns(geometry, temporaries);
    matmul.multiply(outputRows(y), weightRows(w), columns, false);
    Temporaries.clear(x);
    scatter(geometry, columns);
  }

  void weightGradient(Convolution window, View x, View w, View y, Temporaries temporaries) {
    MatrixConvolution.Geometry geometry = new MatrixConvolution.Geometry(window, x, w, y);
    View columns = gather(geometry, temporaries);
    matmul.multiply(Product.transposed(outputRows(y)), columns, weightRows(w), false);
  }

  /** {@code [1, places of all images, channels]}. */
  private static View outputRows(View y) {
    long channels = y.shape().size(1);
    Shape shape = Shape.of(1, y.numel() / channels, channels);
    return new View(y.storage(), y.offset(), shape, Strides.of(0, channels, 1), y.dtype());
  }

  /** {@code [1, outputs, inputs * taps]}. */
  private static View weightRows(View w) {
    long outputs = w.shape().size(0);
    Shape shape = Shape.of(1, outputs, w.numel() / outputs);
    return new View(w.storage(), w.offset(), shape, Strides.of(0, shape.size(2), 1), w.dtype());
  }

  /** {@code [1, places of all images, inputs * taps]} of undefined content. */
  private static View columns(MatrixConvolution.Geometry geometry, Temporaries temporaries) {
    long rows = geometry.y().shape().size(0) * geometry.places();
    return temporaries.of(Shape.of(1, rows, geometry.taps() * geometry.inputs()), DType.FLOAT32);
  }

  private View gather(MatrixConvolution.Geometry geometry, Temporaries temporaries) {
    View columns = columns(geometry, temporaries);
    int taps = Math.toIntExact(geometry.taps());
    int inputs = Math.toIntExact(geometry.inputs());
    int width = taps * inputs;
    team.run(
        Math.toIntExact(columns.shape().size(1)),
        row -> {
          Scratch scratch = Scratch.current();
          float[] line = scratch.floatRow(0, width);
          float[] run = scratch.floatRow(1, inputs);
          MatrixConvolution.walk(
              geometry,
              row / geometry.places(),
              0,
              row % geometry.places(),
              (tap, from) -> {
                int at = (int) tap;
                if (from >= 0) {
                  NativeMemory.read(from, run, 0, inputs);
                }
                for (int i = 0; i < inputs; i++) {
                  line[i * taps + at] = from < 0 ? 0 : run[i];
                }
              });
          NativeMemory.write(line, 0, address(columns, row, width), width);
        });
    return columns;
  }

  /** Adds the elements of each row back to where they came from, in the order of places. */
  private void scatter(MatrixConvolution.Geometry geometry, View columns) {
    int taps = Math.toIntExact(geometry.taps());
    int inputs = Math.toIntExact(geometry.inputs());
    int width = taps * inputs;
    team.run(
        Math.toIntExact(geometry.y().shape().size(0)),
        image -> {
          Scratch scratch = Scratch.current();
          float[] line = scratch.floatRow(0, width);
          float[] run = scratch.floatRow(1, inputs);
          for (long place = 0; place < geometry.places(); place++) {
            NativeMemory.read(
                address(columns, image * geometry.places() + place, width), line, 0, width);
            MatrixConvolution.walk(
                geometry,
                image,
                0,
                place,
                (tap, to) -> {
                  int at = (int) tap;
                  if (to < 0) {
                    return;
                  }
                  NativeMemory.read(to, run, 0, inputs);
                  for (int i = 0; i < inputs; i++) {
                    run[i] += line[i * taps + at];
                  }
                  NativeMemory.write(run, 0, to, inputs);
                });
          }
        });
  }

  private static long address(View columns, long row, long width) {
    return columns.address() + row * width * Float.BYTES;
  }
}
