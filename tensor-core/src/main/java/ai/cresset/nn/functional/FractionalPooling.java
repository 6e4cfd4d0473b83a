package ai.cresset.nn.functional;

import ai.cresset.error.DTypeException;
import ai.cresset.error.ShapeException;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Creation;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.tensor.op.OperandTypes;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.util.List;

/**
 * Max pooling over windows that begin where samples say. The places of the largest elements are
 * found without a graph; the gradient goes through picking them.
 */
final class FractionalPooling {
  private final String op;
  private final int rank;
  private final List<Integer> kernel;
  private final long[] sizes;

  FractionalPooling(int rank, Tensor images, FractionalPoolOptions options) {
    this.op = "fractionalMaxPool" + rank + "d";
    this.rank = rank;
    OperandTypes.FLOATING.check(op, images.dtype());
    Spatial.checkRank(op, images, rank + 2);
    kernel = Spatial.each(op, "kernel", options.kernel(), rank);
    sizes = new long[rank];
    for (int dim = 0; dim < rank; dim++) {
      long whole = images.size(2 + dim);
      sizes[dim] =
          options.outputSize().isEmpty()
              ? (long) (whole * ratio(options, dim))
              : Spatial.each(op, "outputSize", options.outputSize(), rank).get(dim);
      if (sizes[dim] < 1 || sizes[dim] + kernel.get(dim) - 1 > whole) {
        throw ShapeException.mismatch(
            op,
            "at least "
                + (sizes[dim] + kernel.get(dim) - 1)
                + " elements in dim "
                + (2 + dim)
                + " for "
                + sizes[dim]
                + " windows of "
                + kernel.get(dim),
            images.shape());
      }
    }
  }

  private double ratio(FractionalPoolOptions options, int dim) {
    List<Double> ratios = options.outputRatio();
    if (ratios.size() != 1 && ratios.size() != rank) {
      throw ShapeException.mismatch(op, "one output ratio or " + rank, ratios);
    }
    return ratios.get(ratios.size() == 1 ? 0 : dim);
  }

  /** {@code [batch, channels, rank]} in [0, 1). */
  Tensor samples(Tensor images, Generator generator) {
    Spec spec = images.spec().withShape(Shape.of(images.size(0), images.size(1), rank));
    return Creation.uniform(spec, 0, 1, generator);
  }

  Poolings.Pooled pooled(Tensor images, Tensor samples) {
    Shape expected = Shape.of(images.size(0), images.size(1), rank);
    if (!samples.shape().equals(expected)) {
      throw ShapeException.mismatch(op, "samples " + expected, samples.shape());
    }
    if (samples.dtype() != images.dtype()) {
      throw DTypeException.mismatch(op + " (samples)", images.dtype(), samples.dtype());
    }
    long planes = images.size(0) * images.size(1);
    long[] result = new long[rank + 2];
    result[0] = images.size(0);
    result[1] = images.size(1);
    System.arraycopy(sizes, 0, result, 2, rank);
    Tensor flat = images.reshape(Shape.of(planes, plane(images)));
    Tensor places;
    try (GradMode.Restore off = GradMode.disable()) {
      Tensor windows = windows(images, samples.toDoubleArray()).to(images.device());
      Tensor best = flat.gather(1, windows.flatten(1, 2)).reshape(windows.shape()).argmax(2, true);
      places = windows.gather(2, best).squeeze(2);
    }
    return new Poolings.Pooled(flat.gather(1, places).reshape(result), places.reshape(result));
  }

  private static long plane(Tensor images) {
    long plane = 1;
    for (int dim = 2; dim < images.rank(); dim++) {
      plane *= images.size(dim);
    }
    return plane;
  }

  /** Places of all windows' elements in their plane, {@code [planes, windows, elements]}. */
  private Tensor windows(Tensor images, double[] samples) {
    boolean wide = images.dtype() == DType.FLOAT64;
    int planes = Math.toIntExact(images.size(0) * images.size(1));
    int windows = 1;
    int elements = 1;
    for (int dim = 0; dim < rank; dim++) {
      windows = Math.toIntExact(windows * sizes[dim]);
      elements *= kernel.get(dim);
    }
    long[] places = new long[Math.multiplyExact(Math.multiplyExact(planes, windows), elements)];
    int at = 0;
    for (int plane = 0; plane < planes; plane++) {
      long[][] starts = new long[rank][];
      for (int dim = 0; dim < rank; dim++) {
        // PyTorch's samples of two dimensions are width before height.
        double sample = samples[plane * rank + (rank == 2 ? 1 - dim : dim)];
        starts[dim] = starts(sample, images.size(2 + dim), dim, wide);
      }
      for (int window = 0; window < windows; window++) {
        for (int element = 0; element < elements; element++) {
          places[at++] = place(images, starts, window, element);
        }
      }
    }
    return Tensor.of(places, planes, windows, elements);
  }

  private long place(Tensor images, long[][] starts, int window, int element) {
    long place = 0;
    long stride = 1;
    int ofWindow = window;
    int ofElement = element;
    for (int dim = rank - 1; dim >= 0; dim--) {
      int size = (int) sizes[dim];
      place += (starts[dim][ofWindow % size] + ofElement % kernel.get(dim)) * stride;
      ofWindow /= size;
      ofElement /= kernel.get(dim);
      stride *= images.size(2 + dim);
    }
    return place;
  }

  /** Where windows begin, in the arithmetic of the input's type like PyTorch. */
  private long[] starts(double sample, long whole, int dim, boolean wide) {
    int count = (int) sizes[dim];
    long last = whole - kernel.get(dim);
    long[] starts = new long[count];
    for (int i = 0; i < count - 1; i++) {
      if (wide) {
        double alpha = (double) last / (count - 1);
        starts[i] = (long) ((i + sample) * alpha) - (long) (sample * alpha);
      } else {
        float alpha = (float) last / (count - 1);
        float given = (float) sample;
        starts[i] = (long) ((i + given) * alpha) - (long) (given * alpha);
      }
    }
    starts[count - 1] = last;
    return starts;
  }
}
