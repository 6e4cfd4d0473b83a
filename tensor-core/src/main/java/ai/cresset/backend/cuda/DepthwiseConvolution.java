package ai.cresset.backend.cuda;

import ai.cresset.backend.Convolution;
import ai.cresset.backend.View;
import ai.cresset.type.DType;
import org.jspecify.annotations.Nullable;

/** Convolutions of three spatial dimensions whose groups have one input channel. */
final class DepthwiseConvolution {
  private static final String FILE = "depthwise.cu";
  private static final int THREADS = 256;

  /** Blocks that keep any device busy, and places that are worth one. */
  private static final long BUSY = 528;

  private static final long SHORTEST_PART = 512;

  private final CudaContext context;

  DepthwiseConvolution(CudaContext context) {
    this.context = context;
  }

  static boolean takes(Convolution window, View input) {
    return window.groups() > 1 && input.shape().size(1) == window.groups();
  }

  void forward(Convolution window, View input, View weight, @Nullable View bias, View output) {
    launch("depthwise", output)
        .int64s(sizes(window, input, weight, output))
        .view(input)
        .view(weight)
        .optional(bias)
        .view(output)
        .runFor(output.numel(), THREADS);
  }

  void inputGradient(Convolution window, View gradient, View weight, View inputGradient) {
    launch("depthwise_input", inputGradient)
        .int64s(sizes(window, inputGradient, weight, gradient))
        .view(gradient)
        .view(weight)
        .view(inputGradient)
        .runFor(inputGradient.numel(), THREADS);
  }

  void weightGradient(Convolution window, View input, View gradient, View weightGradient) {
    long[] sizes = sizes(window, input, weightGradient, gradient);
    long channels = gradient.shape().size(1);
    long places = channels == 0 ? 0 : gradient.numel() / channels;
    long taps = weightGradient.numel() / weightGradient.shape().size(0);
    // Channels that lie together are read together.
    int wide = gradient.strides().stride(1) == 1 && channels > 1 ? 32 : 1;
    long blocks = (channels + wide - 1) / wide * taps;
    long splits = Math.max(1, Math.min((BUSY + blocks - 1) / blocks, places / SHORTEST_PART));
    long part = (places + splits - 1) / splits;
    try (DeviceTemporaries temporaries = new DeviceTemporaries(context)) {
      int bytes = weightGradient.dtype() == DType.FLOAT64 ? Double.BYTES : Float.BYTES;
      long partial = temporaries.elements(splits * channels * taps, bytes);
      launch("depthwise_weight", weightGradient)
          .int64s(sizes)
          .int32(wide)
          .int64(part)
          .view(input)
          .view(gradient)
          .address(partial)
          .run(blocks * splits, THREADS, 0);
      launch("depthwise_weight_sum", weightGradient)
          .int64s(sizes)
          .int64(splits)
          .address(partial)
          .view(weightGradient)
          .runFor(channels * taps, THREADS);
    }
  }

  private Launch launch(String function, View view) {
    return context.launch(FILE, function, "ELEMENT=" + CudaType.of(view.dtype()));
  }

  /** {@code Depthwise} of the kernels. */
  private static long[] sizes(Convolution window, View input, View weight, View output) {
    long[] sizes = new long[35];
    sizes[0] = input.shape().size(0);
    sizes[1] = window.groups();
    sizes[2] = weight.shape().size(0) / window.groups();
    for (int dim = 0; dim < 3; dim++) {
      sizes[3 + dim] = input.shape().size(2 + dim);
      sizes[6 + dim] = output.shape().size(2 + dim);
      sizes[9 + dim] = weight.shape().size(2 + dim);
      sizes[12 + dim] = window.stride().get(dim);
      sizes[15 + dim] = window.padding().get(dim);
      sizes[18 + dim] = window.dilation().get(dim);
      sizes[32 + dim] = weight.strides().stride(2 + dim);
    }
    for (int dim = 0; dim < 5; dim++) {
      sizes[21 + dim] = input.strides().stride(dim);
      sizes[26 + dim] = output.strides().stride(dim);
    }
    sizes[31] = weight.strides().stride(0);
    return sizes;
  }
}
