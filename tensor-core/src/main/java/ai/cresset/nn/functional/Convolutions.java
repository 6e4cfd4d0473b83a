package ai.cresset.nn.functional;

import ai.cresset.backend.Convolution;
import ai.cresset.error.ConfigException;
import ai.cresset.error.ShapeException;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.op.Convolve;
import ai.cresset.tensor.op.ConvolveInput;
import ai.cresset.tensor.op.Dispatch;
import ai.cresset.type.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Convolutions over 1 to 3 spatial dimensions. Inputs are {@code [batch, channels, ...]} or {@code
 * [channels, ...]}, of a floating type and any layout; results lie channels-last in memory.
 */
public final class Convolutions {
  private Convolutions() {}

  /**
   * A convolution over sequences with time first ({@code F.conv_tbc}).
   *
   * @param x {@code [time, batch, inChannels]}
   * @param weight {@code [kernel, inChannels, outChannels]}
   * @param bias {@code [outChannels]}
   * @param padding times of zeros before and after
   * @return {@code [time, batch, outChannels]}
   */
  public static Tensor convTbc(Tensor x, Tensor weight, Tensor bias, int padding) {
    if (x.rank() != 3 || weight.rank() != 3) {
      throw ShapeException.mismatch(
          "convTbc",
          "[time, batch, inChannels] and a weight [kernel, inChannels, outChannels]",
          x.shape() + " and " + weight.shape());
    }
    ConvolutionOptions options = ConvolutionOptions.DEFAULT.padding(padding);
    return conv1d(x.permute(1, 2, 0), weight.permute(2, 1, 0), bias, options).permute(2, 0, 1);
  }

  /**
   * A convolution over one dimension ({@code F.conv1d}).
   *
   * @param x {@code [batch, channels, length]}
   * @param weight {@code [outChannels, channels / groups, kernel]}
   * @param bias {@code [outChannels]}
   */
  public static Tensor conv1d(
      Tensor x, Tensor weight, @Nullable Tensor bias, ConvolutionOptions options) {
    return convolve(1, x, weight, bias, options);
  }

  /** The same with stride 1 and without padding. */
  public static Tensor conv1d(Tensor x, Tensor weight, @Nullable Tensor bias) {
    return conv1d(x, weight, bias, ConvolutionOptions.DEFAULT);
  }

  /**
   * A convolution over two dimensions ({@code F.conv2d}).
   *
   * @param x {@code [batch, channels, height, width]}
   * @param weight {@code [outChannels, channels / groups, kernelHeight, kernelWidth]}
   * @param bias {@code [outChannels]}
   */
  public static Tensor conv2d(
      Tensor x, Tensor weight, @Nullable Tensor bias, ConvolutionOptions options) {
    return convolve(2, x, weight, bias, options);
  }

  /** The same with stride 1 and without padding. */
  public static Tensor conv2d(Tensor x, Tensor weight, @Nullable Tensor bias) {
    return conv2d(x, weight, bias, ConvolutionOptions.DEFAULT);
  }

  /**
   * A convolution over three dimensions ({@code F.conv3d}).
   *
   * @param x {@code [batch, channels, depth, height, width]}
   * @param weight {@code [outChannels, channels / groups, kernelDepth, kernelHeight, kernelWidth]}
   * @param bias {@code [outChannels]}
   */
  public static Tensor conv3d(
      Tensor x, Tensor weight, @Nullable Tensor bias, ConvolutionOptions options) {
    return convolve(3, x, weight, bias, options);
  }

  /** The same with stride 1 and without padding. */
  public static Tensor conv3d(Tensor x, Tensor weight, @Nullable Tensor bias) {
    return conv3d(x, weight, bias, ConvolutionOptions.DEFAULT);
  }

  /**
   * A transposed convolution over one dimension ({@code F.conv_transpose1d}): the gradient of a
   * convolution's input, run forward.
   *
   * @param x {@code [batch, channels, length]}
   * @param weight {@code [channels, outChannels / groups, kernel]}
   * @param bias {@code [outChannels]}
   */
  public static Tensor convTranspose1d(
      Tensor x, Tensor weight, @Nullable Tensor bias, TransposedConvolutionOptions options) {
    return transposed(1, x, weight, bias, options);
  }

  /** A transposed convolution over two dimensions ({@code F.conv_transpose2d}). */
  public static Tensor convTranspose2d(
      Tensor x, Tensor weight, @Nullable Tensor bias, TransposedConvolutionOptions options) {
    return transposed(2, x, weight, bias, options);
  }

  /** A transposed convolution over three dimensions ({@code F.conv_transpose3d}). */
  public static Tensor convTranspose3d(
      Tensor x, Tensor weight, @Nullable Tensor bias, TransposedConvolutionOptions options) {
    return transposed(3, x, weight, bias, options);
  }

  private static Tensor convolve(
      int rank, Tensor x, Tensor weight, @Nullable Tensor bias, ConvolutionOptions options) {
    String op = "conv" + rank + "d";
    List<Integer> dilation = Spatial.each(op, "dilation", options.dilation(), rank);
    List<Integer> before;
    List<Integer> after;
    if (options.padding().isEmpty()) {
      before = new ArrayList<>();
      after = new ArrayList<>();
      for (int dim = 0; dim < rank; dim++) {
        long kernel = weight.rank() == rank + 2 ? weight.size(2 + dim) : 1;
        int total = Math.toIntExact((kernel - 1) * dilation.get(dim));
        before.add(total / 2);
        after.add(total - total / 2);
      }
    } else {
      before = Spatial.each(op, "padding", options.padding(), rank);
      after = before;
    }
    List<Integer> stride = Spatial.each(op, "stride", options.stride(), rank);
    Convolution window = new Convolution(stride, before, after, dilation, options.groups());
    Convolve convolve = new Convolve(window, bias != null);
    return Spatial.batched(
        x,
        rank,
        images ->
            bias == null
                ? Dispatch.apply(convolve, images, weight)
                : Dispatch.apply(convolve, images, weight, bias));
  }

  private static Tensor transposed(
      int rank,
      Tensor x,
      Tensor weight,
      @Nullable Tensor bias,
      TransposedConvolutionOptions options) {
    String op = "convTranspose" + rank + "d";
    List<Integer> stride = Spatial.each(op, "stride", options.stride(), rank);
    List<Integer> padding = Spatial.each(op, "padding", options.padding(), rank);
    List<Integer> more = Spatial.each(op, "outputPadding", options.outputPadding(), rank);
    List<Integer> dilation = Spatial.each(op, "dilation", options.dilation(), rank);
    for (int dim = 0; dim < rank; dim++) {
      int bound = Math.max(stride.get(dim), dilation.get(dim));
      if (more.get(dim) < 0 || more.get(dim) >= bound) {
        throw ConfigException.value(
            op + ".outputPadding", more, "less than stride " + stride + " or dilation " + dilation);
      }
    }
    if (weight.rank() != rank + 2) {
      throw ShapeException.mismatch(op, "a weight of rank " + (rank + 2), weight.shape());
    }
    Convolution window = new Convolution(stride, padding, padding, dilation, options.groups());
    return Spatial.batched(
        x,
        rank,
        images -> {
          Shape shape = images.shape();
          if (shape.rank() != rank + 2) {
            throw ShapeException.mismatch(
                op, "an input of rank " + (rank + 2) + " (or without batch)", x.shape());
          }
          long channels = weight.size(1) * options.groups();
          long[] sizes = shape.toArray();
          sizes[1] = channels;
          for (int dim = 0; dim < rank; dim++) {
            long size =
                (shape.size(2 + dim) - 1) * stride.get(dim)
                    - 2L * padding.get(dim)
                    + window.reach(dim, weight.size(2 + dim))
                    + more.get(dim);
            if (size < 1) {
              throw ShapeException.mismatch(
                  op, "a result of at least 1 element in dim " + (2 + dim) + "; pad less", size);
            }
            sizes[2 + dim] = size;
          }
          Tensor result =
              Dispatch.apply(new ConvolveInput(window, Shape.of(sizes)), images, weight);
          return bias == null ? result : result.add(perChannel(op, bias, channels, rank));
        });
  }

  private static Tensor perChannel(String op, Tensor bias, long channels, int rank) {
    if (!bias.shape().equals(Shape.of(channels))) {
      throw ShapeException.mismatch(op, "a bias of [" + channels + "]", bias.shape());
    }
    List<Long> sizes = new ArrayList<>(List.of(channels));
    sizes.addAll(Collections.nCopies(rank, 1L));
    return bias.reshape(sizes.stream().mapToLong(Long::longValue).toArray());
  }
}
