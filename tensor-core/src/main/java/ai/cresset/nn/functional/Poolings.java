package ai.cresset.nn.functional;

import ai.cresset.backend.Averaging;
import ai.cresset.backend.Window;
import ai.cresset.error.ConfigException;
import ai.cresset.error.DTypeException;
import ai.cresset.error.ShapeException;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.op.AveragePool;
import ai.cresset.tensor.op.Dispatch;
import ai.cresset.tensor.op.MaxPool;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Pooling over 1 to 3 spatial dimensions. Inputs are {@code [batch, channels, ...]} or {@code
 * [channels, ...]}, of a floating type; the result keeps the input's memory format.
 */
public final class Poolings {
  private Poolings() {}

  /**
   * What max pooling with indices gives.
   *
   * @param values the largest element of each window
   * @param indices int64, its place among the spatial elements of its channel
   */
  public record Pooled(Tensor values, Tensor indices) {}

  /** The largest of each window ({@code F.max_pool1d}). */
  public static Tensor maxPool1d(Tensor x, MaxPoolOptions options) {
    return max(1, x, options).values();
  }

  /** The largest of each window ({@code F.max_pool2d}). */
  public static Tensor maxPool2d(Tensor x, MaxPoolOptions options) {
    return max(2, x, options).values();
  }

  /** The largest of each window ({@code F.max_pool3d}). */
  public static Tensor maxPool3d(Tensor x, MaxPoolOptions options) {
    return max(3, x, options).values();
  }

  /** The same with places ({@code F.max_pool1d_with_indices}). */
  public static Pooled maxPool1dWithIndices(Tensor x, MaxPoolOptions options) {
    return max(1, x, options);
  }

  /** The same with places ({@code F.max_pool2d_with_indices}). */
  public static Pooled maxPool2dWithIndices(Tensor x, MaxPoolOptions options) {
    return max(2, x, options);
  }

  /** The same with places ({@code F.max_pool3d_with_indices}). */
  public static Pooled maxPool3dWithIndices(Tensor x, MaxPoolOptions options) {
    return max(3, x, options);
  }

  /**
   * Zeros with values put back where max pooling found them ({@code F.max_unpool2d} and its kin).
   *
   * @param values {@code [batch, channels, ...]}
   * @param indices int64, of that shape
   * @param outputSize the spatial sizes of the result
   */
  public static Tensor maxUnpool(Tensor values, Tensor indices, long... outputSize) {
    boolean single = values.rank() == outputSize.length + 1;
    Tensor images = single ? values.unsqueeze(0) : values;
    Tensor places = single ? indices.unsqueeze(0) : indices;
    Spatial.checkRank("maxUnpool", images, outputSize.length + 2);
    if (places.dtype() != DType.INT64) {
      throw DTypeException.mismatch("maxUnpool (indices)", DType.INT64, places.dtype());
    }
    if (!places.shape().equals(images.shape())) {
      throw ShapeException.mismatch(
          "maxUnpool", "an index for each value of " + images.shape(), places.shape());
    }
    long[] sizes = Arrays.copyOf(images.shape().toArray(), images.rank());
    System.arraycopy(outputSize, 0, sizes, 2, outputSize.length);
    Shape planes =
        Shape.of(sizes[0], sizes[1], Arrays.stream(outputSize).reduce(1, (a, b) -> a * b));
    // Where windows overlap, an element was found twice and is put back once.
    Tensor whole =
        Tensor.zeros(images.spec().withShape(planes))
            .scatter(2, places.flatten(2, -1), images.flatten(2, -1))
            .reshape(sizes);
    return single ? whole.squeeze(0) : whole;
  }

  /**
   * Zeros with values put back where max pooling with these windows found them ({@code
   * F.max_unpool1d}).
   *
   * @param values {@code [batch, channels, length]} or without batch
   * @param indices int64, of that shape
   * @param outputSize the spatial size of the result, less than a stride from the one that follows
   *     from the windows; none for that one
   */
  public static Tensor maxUnpool1d(
      Tensor values, Tensor indices, MaxPoolOptions options, long... outputSize) {
    return unpooled(1, values, indices, options, outputSize);
  }

  /** The same for {@code [batch, channels, height, width]} ({@code F.max_unpool2d}). */
  public static Tensor maxUnpool2d(
      Tensor values, Tensor indices, MaxPoolOptions options, long... outputSize) {
    return unpooled(2, values, indices, options, outputSize);
  }

  /** The same for {@code [batch, channels, depth, height, width]} ({@code F.max_unpool3d}). */
  public static Tensor maxUnpool3d(
      Tensor values, Tensor indices, MaxPoolOptions options, long... outputSize) {
    return unpooled(3, values, indices, options, outputSize);
  }

  private static Tensor unpooled(
      int rank, Tensor values, Tensor indices, MaxPoolOptions options, long... outputSize) {
    String op = "maxUnpool" + rank + "d";
    if (options.ceilMode() || options.dilation().stream().anyMatch(each -> each != 1)) {
      throw ConfigException.because(
          op + ": windows with dilation or ceilMode cannot be undone; leave both out");
    }
    List<Window> windows =
        windows(op, rank, options.kernel(), options.stride(), options.padding(), List.of(1));
    if (values.rank() != rank + 1) {
      Spatial.checkRank(op, values, rank + 2);
    }
    if (outputSize.length != 0 && outputSize.length != rank) {
      throw ShapeException.mismatch(
          op, "no output size or " + rank + " numbers", Arrays.toString(outputSize));
    }
    long[] sizes = new long[rank];
    for (int dim = 0; dim < rank; dim++) {
      Window.Sliding window = (Window.Sliding) windows.get(dim);
      long least =
          (values.size(values.rank() - rank + dim) - 1) * window.stride()
              - 2L * window.padding()
              + window.kernel();
      sizes[dim] = outputSize.length == 0 ? least : outputSize[dim];
      if (Math.abs(sizes[dim] - least) >= window.stride()) {
        throw ShapeException.mismatch(
            op,
            "an output size less than the stride "
                + window.stride()
                + " from "
                + least
                + " in spatial dim "
                + dim,
            Arrays.toString(outputSize));
      }
    }
    return maxUnpool(values, indices, sizes);
  }

  /**
   * The largest of each window, where windows begin at random places ({@code
   * F.fractional_max_pool2d}; Graham 2014).
   *
   * @param x {@code [batch, channels, height, width]} or without batch
   */
  public static Pooled fractionalMaxPool2d(
      Tensor x, FractionalPoolOptions options, Generator generator) {
    return fractional(2, x, options, null, generator);
  }

  /**
   * The same with samples instead of a generator.
   *
   * @param samples {@code [batch, channels, 2]} in [0, 1), of the input's type: width, height
   */
  public static Pooled fractionalMaxPool2d(
      Tensor x, FractionalPoolOptions options, Tensor samples) {
    return fractional(2, x, options, samples, Generator.current());
  }

  /**
   * The same over {@code [batch, channels, depth, height, width]} ({@code
   * F.fractional_max_pool3d}).
   */
  public static Pooled fractionalMaxPool3d(
      Tensor x, FractionalPoolOptions options, Generator generator) {
    return fractional(3, x, options, null, generator);
  }

  /**
   * The same with samples instead of a generator.
   *
   * @param samples {@code [batch, channels, 3]} in [0, 1), of the input's type: depth, height,
   *     width
   */
  public static Pooled fractionalMaxPool3d(
      Tensor x, FractionalPoolOptions options, Tensor samples) {
    return fractional(3, x, options, samples, Generator.current());
  }

  private static Pooled fractional(
      int rank,
      Tensor x,
      FractionalPoolOptions options,
      @Nullable Tensor samples,
      Generator generator) {
    boolean single = x.rank() == rank + 1;
    Tensor images = single ? x.unsqueeze(0) : x;
    FractionalPooling pooling = new FractionalPooling(rank, images, options);
    Pooled found =
        pooling.pooled(images, samples == null ? pooling.samples(images, generator) : samples);
    return single ? new Pooled(found.values().squeeze(0), found.indices().squeeze(0)) : found;
  }

  /** The average of each window ({@code F.avg_pool1d}). */
  public static Tensor avgPool1d(Tensor x, AveragePoolOptions options) {
    return average(1, x, options);
  }

  /** The average of each window ({@code F.avg_pool2d}). */
  public static Tensor avgPool2d(Tensor x, AveragePoolOptions options) {
    return average(2, x, options);
  }

  /** The average of each window ({@code F.avg_pool3d}). */
  public static Tensor avgPool3d(Tensor x, AveragePoolOptions options) {
    return average(3, x, options);
  }

  /** Averages of nearly equal parts ({@code F.adaptive_avg_pool1d}). */
  public static Tensor adaptiveAvgPool1d(Tensor x, long... outputSize) {
    return adaptiveAverage(1, x, outputSize);
  }

  /** Averages of nearly equal parts; one size for all dimensions or one for each, -1 keeps it. */
  public static Tensor adaptiveAvgPool2d(Tensor x, long... outputSize) {
    return adaptiveAverage(2, x, outputSize);
  }

  /** Averages of nearly equal parts; one size for all dimensions or one for each, -1 keeps it. */
  public static Tensor adaptiveAvgPool3d(Tensor x, long... outputSize) {
    return adaptiveAverage(3, x, outputSize);
  }

  /** The largest of nearly equal parts ({@code F.adaptive_max_pool1d}). */
  public static Pooled adaptiveMaxPool1d(Tensor x, long... outputSize) {
    return adaptiveMax(1, x, outputSize);
  }

  /**
   * The largest of nearly equal parts; one size for all dimensions or one for each, -1 keeps it.
   */
  public static Pooled adaptiveMaxPool2d(Tensor x, long... outputSize) {
    return adaptiveMax(2, x, outputSize);
  }

  /**
   * The largest of nearly equal parts; one size for all dimensions or one for each, -1 keeps it.
   */
  public static Pooled adaptiveMaxPool3d(Tensor x, long... outputSize) {
    return adaptiveMax(3, x, outputSize);
  }

  /**
   * The p-norm of each window ({@code F.lp_pool1d}): {@code (sum x^p)^(1/p)}. Windows take no
   * padding.
   */
  public static Tensor lpPool1d(Tensor x, double p, AveragePoolOptions options) {
    return power(1, x, p, options);
  }

  /** The p-norm of each window ({@code F.lp_pool2d}). */
  public static Tensor lpPool2d(Tensor x, double p, AveragePoolOptions options) {
    return power(2, x, p, options);
  }

  /** The p-norm of each window ({@code F.lp_pool3d}). */
  public static Tensor lpPool3d(Tensor x, double p, AveragePoolOptions options) {
    return power(3, x, p, options);
  }

  private static Pooled max(int rank, Tensor x, MaxPoolOptions options) {
    String op = "maxPool" + rank + "d";
    List<Window> windows =
        windows(
            op, rank, options.kernel(), options.stride(), options.padding(), options.dilation());
    return max(op, x, windows, options.ceilMode());
  }

  private static Pooled max(String op, Tensor x, List<Window> windows, boolean ceilMode) {
    int rank = windows.size();
    boolean single = x.rank() == rank + 1;
    Tensor images = single ? x.unsqueeze(0) : x;
    MaxPool pool = new MaxPool(windows, pooled(op, windows, images, ceilMode));
    return pooled(pool, images, single);
  }

  private static Pooled pooled(MaxPool pool, Tensor images, boolean single) {
    List<Tensor> found = Dispatch.applyAll(pool, List.of(images));
    return single
        ? new Pooled(found.get(0).squeeze(0), found.get(1).squeeze(0))
        : new Pooled(found.get(0), found.get(1));
  }

  private static List<Window> windows(
      String op,
      int rank,
      List<Integer> kernel,
      List<Integer> stride,
      List<Integer> padding,
      List<Integer> dilation) {
    List<Integer> kernels = Spatial.each(op, "kernel", kernel, rank);
    List<Integer> strides = stride.isEmpty() ? kernels : Spatial.each(op, "stride", stride, rank);
    List<Integer> paddings = Spatial.each(op, "padding", padding, rank);
    List<Integer> dilations = Spatial.each(op, "dilation", dilation, rank);
    List<Window> windows = new ArrayList<>();
    for (int dim = 0; dim < rank; dim++) {
      windows.add(
          new Window.Sliding(
              kernels.get(dim), strides.get(dim), paddings.get(dim), dilations.get(dim)));
    }
    return windows;
  }

  /** How many windows fit; 0 where none does. */
  private static Shape pooled(String op, List<Window> windows, Tensor images, boolean ceilMode) {
    Spatial.checkRank(op, images, windows.size() + 2);
    long[] sizes = new long[windows.size()];
    for (int dim = 0; dim < sizes.length; dim++) {
      Window.Sliding window = (Window.Sliding) windows.get(dim);
      sizes[dim] = Math.max(0, window.outputSize(images.size(2 + dim), ceilMode));
    }
    return Shape.of(sizes);
  }

  private static Tensor average(int rank, Tensor x, AveragePoolOptions options) {
    String op = "avgPool" + rank + "d";
    List<Window> windows =
        windows(op, rank, options.kernel(), options.stride(), options.padding(), List.of(1));
    Averaging averaging =
        new Averaging(windows, options.countIncludePad(), options.divisorOverride());
    return Spatial.batched(
        x,
        rank,
        images ->
            Dispatch.apply(
                new AveragePool(averaging, pooled(op, windows, images, options.ceilMode())),
                images));
  }

  private static Tensor adaptiveAverage(int rank, Tensor x, long... outputSize) {
    String op = "adaptiveAvgPool" + rank + "d";
    Averaging averaging = new Averaging(adaptive(rank), true, 0);
    return Spatial.batched(
        x,
        rank,
        images ->
            Dispatch.apply(
                new AveragePool(averaging, sizes(op, rank, images, outputSize)), images));
  }

  private static Pooled adaptiveMax(int rank, Tensor x, long... outputSize) {
    boolean single = x.rank() == rank + 1;
    Tensor images = single ? x.unsqueeze(0) : x;
    Shape sizes = sizes("adaptiveMaxPool" + rank + "d", rank, images, outputSize);
    return pooled(new MaxPool(adaptive(rank), sizes), images, single);
  }

  private static List<Window> adaptive(int rank) {
    return Collections.nCopies(rank, new Window.Adaptive());
  }

  private static Shape sizes(String op, int rank, Tensor images, long... outputSize) {
    Spatial.checkRank(op, images, rank + 2);
    if (outputSize.length != 1 && outputSize.length != rank) {
      throw ShapeException.mismatch(op, "one output size or " + rank, Arrays.toString(outputSize));
    }
    long[] sizes = new long[rank];
    for (int dim = 0; dim < rank; dim++) {
      long wanted = outputSize[outputSize.length == 1 ? 0 : dim];
      sizes[dim] = wanted == -1 ? images.size(2 + dim) : wanted;
    }
    return Shape.of(sizes);
  }

  private static Tensor power(int rank, Tensor x, double p, AveragePoolOptions options) {
    double count = 1;
    for (int each : Spatial.each("lpPool" + rank + "d", "kernel", options.kernel(), rank)) {
      count *= each;
    }
    Tensor mean = average(rank, x.pow(p), options);
    return mean.mul(count).pow(1 / p);
  }
}
