package ai.cresset.backend.cuda;

import ai.cresset.backend.Averaging;
import ai.cresset.backend.View;
import ai.cresset.backend.Window;
import java.util.Collections;
import java.util.List;

/**
 * Pooling and its gradients. The gradient of a maximum knows indices only: which windows can have
 * chosen an element is found from them first, so that each element adds up its own in one order.
 */
final class CudaPooling {
  private static final String FILE = "pooling.cu";
  private static final int THREADS = 256;

  /** The windows of a gradient that does not know them. */
  private static final List<Window> UNKNOWN =
      Collections.nCopies(3, new Window.Sliding(1, 1, 0, 1));

  private final CudaContext context;

  CudaPooling(CudaContext context) {
    this.context = context;
  }

  void maxPool(List<Window> windows, View input, View output, View indices) {
    launch("max_pool", input)
        .int64s(sizes(Window.volume(windows), input, output, indices))
        .view(input)
        .view(output)
        .view(indices)
        .runFor(output.numel(), THREADS);
  }

  void maxPoolBackward(View gradient, View indices, View inputGradient) {
    if (inputGradient.numel() == 0) {
      return;
    }
    long[] sizes = sizes(UNKNOWN, inputGradient, gradient, indices);
    long inputs = spatialSizes(inputGradient);
    long outputs = spatialSizes(gradient);
    try (DeviceTemporaries temporaries = new DeviceTemporaries(context)) {
      long lowest = temporaries.elements(outputs, Integer.BYTES);
      long highest = temporaries.elements(outputs, Integer.BYTES);
      long first = temporaries.elements(inputs, Integer.BYTES);
      long last = temporaries.elements(inputs, Integer.BYTES);
      launch("max_pool_unreached", gradient)
          .int64s(sizes)
          .address(lowest)
          .address(highest)
          .runFor(outputs, THREADS);
      launch("max_pool_reach", gradient)
          .int64s(sizes)
          .view(indices)
          .address(lowest)
          .address(highest)
          .runFor(gradient.numel(), THREADS);
      launch("max_pool_candidates", gradient)
          .int64s(sizes)
          .address(lowest)
          .address(highest)
          .address(first)
          .address(last)
          .runFor(inputs, THREADS);
      launch("max_pool_backward", gradient)
          .int64s(sizes)
          .view(gradient)
          .view(indices)
          .address(first)
          .address(last)
          .view(inputGradient)
          .runFor(inputGradient.numel(), THREADS);
    }
  }

  void averagePool(Averaging averaging, View input, View output) {
    launch("average_pool", input)
        .int64s(sizes(averaging.volume(), input, output))
        .view(input)
        .view(output)
        .runFor(output.numel(), THREADS);
  }

  void averagePoolBackward(Averaging averaging, View gradient, View inputGradient) {
    launch("average_pool_backward", gradient)
        .int64s(sizes(averaging.volume(), inputGradient, gradient))
        .view(gradient)
        .view(inputGradient)
        .runFor(inputGradient.numel(), THREADS);
  }

  private Launch launch(String function, View view) {
    return context.launch(FILE, function, "ELEMENT=" + CudaType.of(view.dtype()));
  }

  private static long spatialSizes(View view) {
    View volume = view.volume();
    return volume.shape().size(2) + volume.shape().size(3) + volume.shape().size(4);
  }

  private static long[] sizes(Averaging averaging, View input, View output) {
    long[] sizes = sizes(averaging.windows(), input, output, output);
    sizes[38] = averaging.countPadding() ? 1 : 0;
    sizes[39] = averaging.divisor();
    return sizes;
  }

  /** {@code Pooling} of the kernels. */
  private static long[] sizes(List<Window> windows, View input, View output, View indices) {
    View from = input.volume();
    View to = output.volume();
    View places = indices.volume();
    long[] sizes = new long[40];
    sizes[0] = from.shape().size(0);
    sizes[1] = from.shape().size(1);
    for (int dim = 0; dim < 3; dim++) {
      sizes[2 + dim] = from.shape().size(2 + dim);
      sizes[5 + dim] = to.shape().size(2 + dim);
      boolean sliding = windows.get(dim) instanceof Window.Sliding;
      Window.Sliding window =
          windows.get(dim) instanceof Window.Sliding known ? known : new Window.Sliding(1, 1, 0, 1);
      sizes[23 + dim] = sliding ? 0 : 1;
      sizes[26 + dim] = window.kernel();
      sizes[29 + dim] = window.stride();
      sizes[32 + dim] = window.padding();
      sizes[35 + dim] = window.dilation();
    }
    for (int dim = 0; dim < 5; dim++) {
      sizes[8 + dim] = from.strides().stride(dim);
      sizes[13 + dim] = to.strides().stride(dim);
      sizes[18 + dim] = places.strides().stride(dim);
    }
    return sizes;
  }
}
