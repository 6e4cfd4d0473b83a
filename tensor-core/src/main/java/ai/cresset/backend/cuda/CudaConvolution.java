package ai.cresset.backend.cuda;

import ai.cresset.backend.Convolution;
import ai.cresset.backend.View;
import ai.cresset.error.DTypeException;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Convolution and its two gradients as products of tiles whose operands are found by the window
 * (implicit GEMM); groups of one channel have kernels of their own.
 */
final class CudaConvolution {
  private static final int THREADS = 256;
  private static final long[] ONES = {1, 1, 1};

  private final CudaContext context;
  private final CudaPrecision precision;
  private final CudaCopy copies;
  private final DepthwiseConvolution depthwise;

  /** How a place and a tap give a place of the source, for each dimension: see window.cuh. */
  private static final class Steps {
    final long[] up;
    final long[] first;
    final long[] step;
    final long[] down;

    Steps(long[] up, long[] first, long[] step, long[] down) {
      this.up = up;
      this.first = first;
      this.step = step;
      this.down = down;
    }
  }

  CudaConvolution(CudaContext context, CudaPrecision precision, CudaCopy copies) {
    this.context = context;
    this.precision = precision;
    this.copies = copies;
    this.depthwise = new DepthwiseConvolution(context);
  }

  void convolution(
      Convolution convolution, View input, View weight, @Nullable View bias, View output) {
    check(output.dtype());
    if (output.numel() == 0) {
      return;
    }
    Convolution window = convolution.volume();
    View x = input.volume();
    View w = weight.volume();
    View y = output.volume();
    try (DeviceTemporaries temporaries = new DeviceTemporaries(context)) {
      View shift = bias == null ? null : contiguous(bias, temporaries);
      if (DepthwiseConvolution.takes(window, x)) {
        depthwise.forward(window, x, w, shift, y);
        return;
      }
      slide(
          window,
          x,
          w,
          new long[] {y.shape().size(1) / window.groups(), w.strides().stride(0)},
          new long[] {w.shape().size(1), w.strides().stride(1)},
          shift,
          y,
          new Steps(
              three(window.stride(), 1),
              three(window.padding(), -1),
              three(window.dilation(), 1),
              ONES),
          temporaries);
    }
  }

  void convolutionInput(Convolution convolution, View gradient, View weight, View inputGradient) {
    check(inputGradient.dtype());
    if (inputGradient.numel() == 0) {
      return;
    }
    Convolution window = convolution.volume();
    View g = gradient.volume();
    View w = weight.volume();
    View x = inputGradient.volume();
    if (DepthwiseConvolution.takes(window, x)) {
      depthwise.inputGradient(window, g, w, x);
      return;
    }
    try (DeviceTemporaries temporaries = new DeviceTemporaries(context)) {
      slide(
          window,
          g,
          w,
          new long[] {w.shape().size(1), w.strides().stride(1)},
          new long[] {w.shape().size(0) / window.groups(), w.strides().stride(0)},
          null,
          x,
          new Steps(
              ONES,
              three(window.padding(), 1),
              three(window.dilation(), -1),
              three(window.stride(), 1)),
          temporaries);
    }
  }

  void convolutionWeight(Convolution convolution, View input, View gradient, View weightGradient) {
    check(weightGradient.dtype());
    if (weightGradient.numel() == 0) {
      return;
    }
    Convolution window = convolution.volume();
    View x = input.volume();
    View g = gradient.volume();
    View w = weightGradient.volume();
    if (DepthwiseConvolution.takes(window, x)) {
      depthwise.weightGradient(window, x, g, w);
      return;
    }
    try (DeviceTemporaries temporaries = new DeviceTemporaries(context)) {
      int groups = window.groups();
      ConvolutionSource source = ConvolutionSource.of(context, x, groups, temporaries);
      ConvolutionSource factors = ConvolutionSource.ofRows(context, g, groups, temporaries);
      Shape sizes = w.shape();
      long rows = sizes.size(0) / groups;
      long columns = taps(sizes) * source.channels();
      Shape places = g.shape();
      long depth = places.size(0) * places.size(2) * places.size(3) * places.size(4);
      DType dtype = w.dtype();
      ProductTile tile = ProductTile.of(dtype, rows, columns, precision);
      long tiles = tile.count(rows, columns) * groups;
      DepthSplit split = DepthSplit.of(tiles, depth);
      long[] argument =
          window(
              window,
              source,
              sizes,
              places,
              new Steps(
                  three(window.stride(), 1),
                  three(window.padding(), -1),
                  three(window.dilation(), 1),
                  ONES));
      long[] target = {
        w.strides().stride(0),
        w.strides().stride(1),
        w.strides().stride(2),
        w.strides().stride(3),
        w.strides().stride(4),
        rows,
        sizes.size(1)
      };
      long[] parts = {rows, columns, depth, split.count(), split.part()};
      long partial = partialSums(split, groups * rows * columns, dtype, temporaries);
      int left = factors.isVector() ? ProductTile.ALONG_LINES : ProductTile.SCALAR;
      int right = source.isVector() ? ProductTile.ALONG_LINES : ProductTile.SCALAR;
      String[] defines = tile.defines(dtype, left, right);
      context
          .launch("convolution_weight.cu", "convolve_weight", defines)
          .int64s(argument)
          .int64s(target)
          .int64s(parts)
          .view(source.view())
          .view(factors.view())
          .int64(factors.view().shape().size(1))
          .view(w)
          .address(partial)
          .run(tiles * split.count(), tile.threads(), tile.sharedBytes());
      if (split.count() > 1) {
        context
            .launch("convolution_weight.cu", "convolve_weight_sum", defines)
            .int64s(argument)
            .int64s(target)
            .int64s(parts)
            .address(partial)
            .view(w)
            .runFor(groups * rows * columns, THREADS);
      }
    }
  }

  /**
   * Each element of {@code to} is the product of what the window shows of {@code from} there and
   * the weights of its channel.
   *
   * @param lines channels of {@code to} in a group, and their stride in the weights
   * @param channels those of {@code from} in a group, and their stride in the weights
   */
  private void slide(
      Convolution window,
      View from,
      View weight,
      long[] lines,
      long[] channels,
      @Nullable View bias,
      View to,
      Steps steps,
      DeviceTemporaries temporaries) {
    int groups = window.groups();
    ConvolutionSource source = ConvolutionSource.of(context, from, groups, temporaries);
    long weights = packedWeights(window, weight, lines, channels, source.channels(), temporaries);
    long[] argument = window(window, source, weight.shape(), to.shape(), steps);
    multiply(argument, source, weight.shape(), weights, bias, to, groups, temporaries);
  }

  private void multiply(
      long[] argument,
      ConvolutionSource source,
      Shape weight,
      long weights,
      @Nullable View bias,
      View output,
      int groups,
      DeviceTemporaries temporaries) {
    Shape shape = output.shape();
    long rows = shape.size(0) * shape.size(2) * shape.size(3) * shape.size(4);
    long columns = shape.size(1) / groups;
    long depth = source.view().numel() == 0 ? 0 : taps(weight) * source.channels();
    DType dtype = output.dtype();
    ProductTile tile = ProductTile.of(dtype, rows, columns, precision);
    long tiles = tile.count(rows, columns) * groups;
    DepthSplit split = DepthSplit.of(tiles, depth);
    long[] target = {
      output.strides().stride(0),
      output.strides().stride(1),
      output.strides().stride(2),
      output.strides().stride(3),
      output.strides().stride(4),
      columns
    };
    long[] parts = {rows, columns, depth, split.count(), split.part()};
    long partial = partialSums(split, groups * rows * columns, dtype, temporaries);
    int mode = source.isVector() ? ProductTile.ALONG_DEPTH : ProductTile.SCALAR;
    String[] defines = tile.defines(dtype, mode, mode);
    context
        .launch("convolution.cu", "convolve", defines)
        .int64s(argument)
        .int64s(target)
        .int64s(parts)
        .view(source.view())
        .address(weights)
        .optional(bias)
        .view(output)
        .address(partial)
        .run(tiles * split.count(), tile.threads(), tile.sharedBytes());
    if (split.count() > 1) {
      context
          .launch("convolution.cu", "convolve_sum", defines)
          .int64s(argument)
          .int64s(target)
          .int64s(parts)
          .address(partial)
          .optional(bias)
          .view(output)
          .runFor(groups * rows * columns, THREADS);
    }
  }

  private static long partialSums(
      DepthSplit split, long results, DType dtype, DeviceTemporaries temporaries) {
    int bytes = dtype == DType.FLOAT64 ? Double.BYTES : Float.BYTES;
    return split.count() == 1 ? 0 : temporaries.elements(split.count() * results, bytes);
  }

  private static void check(DType dtype) {
    if (!dtype.isFloating()) {
      throw DTypeException.unsupported("convolution", dtype, "the floating types");
    }
  }

  private View contiguous(View view, DeviceTemporaries temporaries) {
    if (view.isContiguous()) {
      return view;
    }
    View copy = temporaries.of(view.shape(), view.dtype());
    copies.copy(view, copy);
    return copy;
  }

  /**
   * Weights as {@code [groups, lines, taps, width]}.
   *
   * @param lines how many a group has, and their stride
   * @param channels how many a group has, and their stride; those up to {@code width} become 0
   */
  private long packedWeights(
      Convolution window,
      View weight,
      long[] lines,
      long[] channels,
      long width,
      DeviceTemporaries temporaries) {
    Shape shape = weight.shape();
    long count = window.groups() * lines[0] * taps(shape) * width;
    long packed = temporaries.elements(count, weight.dtype().bytes());
    context
        .launch("packing.cu", "pack_weights", "ELEMENT=" + CudaType.of(weight.dtype()))
        .int64s(
            window.groups(),
            lines[0],
            channels[0],
            shape.size(2),
            shape.size(3),
            shape.size(4),
            width,
            shape.size(0) / window.groups() * weight.strides().stride(0),
            lines[1],
            channels[1],
            weight.strides().stride(2),
            weight.strides().stride(3),
            weight.strides().stride(4))
        .view(weight)
        .address(packed)
        .runFor(count, THREADS);
    return packed;
  }

  private static long taps(Shape weight) {
    return weight.size(2) * weight.size(3) * weight.size(4);
  }

  private static long[] three(List<Integer> numbers, int sign) {
    return numbers.stream().mapToLong(each -> (long) sign * each).toArray();
  }

  /** {@code Window} of the kernels. */
  private static long[] window(
      Convolution window, ConvolutionSource source, Shape weight, Shape places, Steps steps) {
    View view = source.view();
    long[] argument = new long[29];
    argument[0] = places.size(0);
    for (int dim = 0; dim < 3; dim++) {
      argument[1 + dim] = view.shape().size(2 + dim);
      argument[4 + dim] = places.size(2 + dim);
      argument[7 + dim] = weight.size(2 + dim);
      argument[10 + dim] = steps.up[dim];
      argument[13 + dim] = steps.first[dim];
      argument[16 + dim] = steps.step[dim];
      argument[19 + dim] = steps.down[dim];
      argument[25 + dim] = view.strides().stride(2 + dim);
    }
    argument[22] = source.channels();
    argument[23] = view.strides().stride(0);
    argument[24] = view.strides().stride(1);
    argument[28] = window.groups();
    return argument;
  }
}
