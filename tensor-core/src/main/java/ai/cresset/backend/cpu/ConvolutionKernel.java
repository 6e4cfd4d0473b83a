package ai.cresset.backend.cpu;

import ai.cresset.backend.Convolution;
import ai.cresset.backend.View;
import ai.cresset.error.DTypeException;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Convolutions: oneDNN on channels-last memory for float32 (and bfloat16 where the machine has it),
 * with temporary copies of what lies otherwise; float16 through float32; float64, and the few
 * windows that oneDNN does not take, as matrix products.
 */
final class ConvolutionKernel {
  private final CopyKernel copies;
  private final MatrixConvolution matrices;
  private final SmallImageConvolution small;
  private final DnnlConvolution dnnl = new DnnlConvolution();
  private final PiecewiseConvolution pieces;
  private final WinogradConvolution winograd;
  private final boolean bfloat16;

  /**
   * All convolutions.
   *
   * @param winograd for what it takes
   * @param bfloat16 whether oneDNN has it
   */
  ConvolutionKernel(
      ThreadTeam team,
      OpenMpThreads openMp,
      CopyKernel copies,
      PointwiseKernel pointwise,
      MatmulKernel matmul,
      WinogradConvolution winograd,
      boolean bfloat16) {
    this.copies = copies;
    this.matrices = new MatrixConvolution(team, copies, matmul);
    this.small = new SmallImageConvolution(team, copies, matmul);
    this.pieces = new PiecewiseConvolution(team, openMp, copies, pointwise, dnnl);
    this.winograd = winograd;
    this.bfloat16 = bfloat16;
  }

  DnnlConvolution dnnl() {
    return dnnl;
  }

  void forward(Convolution convolution, View input, View weight, @Nullable View bias, View output) {
    if (output.numel() == 0) {
      return;
    }
    try (Temporaries temporaries = new Temporaries(copies)) {
      DType compute = compute(output.dtype());
      View x = ChannelsLast.of(input.volume(), compute, copies, temporaries);
      View w = dense(weight.volume(), compute, temporaries);
      View b = bias == null ? null : dense(bias, compute, temporaries);
      View to = output.volume();
      View y = target(to, compute, temporaries);
      Convolution window = convolution.volume();
      if (SmallImageConvolution.takes(window, x, w, y)) {
        small.forward(window, x, w, b, y, temporaries);
      } else if (WinogradConvolution.takes(window, x, w, y)) {
        winograd.forward(window, x, w, b, y, temporaries);
      } else if (!useDnnl(x, w, y) || !pieces.output(window, x, w, b, y, temporaries)) {
        matrices.forward(window, x, w, b, y);
      }
      finish(y, to);
    }
  }

  void inputGradient(Convolution convolution, View gradient, View weight, View inputGradient) {
    if (inputGradient.numel() == 0) {
      return;
    }
    try (Temporaries temporaries = new Temporaries(copies)) {
      DType compute = compute(inputGradient.dtype());
      View g = ChannelsLast.of(gradient.volume(), compute, copies, temporaries);
      View w = dense(weight.volume(), compute, temporaries);
      View to = inputGradient.volume();
      View x = target(to, compute, temporaries);
      Convolution window = convolution.volume();
      if (SmallImageConvolution.takes(window, x, w, g)) {
        small.inputGradient(window, x, w, g, temporaries);
      } else if (WinogradConvolution.takes(window, x, w, g)) {
        winograd.inputGradient(window, x, w, g, temporaries);
      } else if (!useDnnl(x, w, g) || !pieces.input(window, x, w, g, temporaries)) {
        matrices.inputGradient(window, x, w, g);
      }
      finish(x, to);
    }
  }

  void weightGradient(Convolution convolution, View input, View gradient, View weightGradient) {
    if (weightGradient.numel() == 0) {
      return;
    }
    try (Temporaries temporaries = new Temporaries(copies)) {
      DType compute = compute(weightGradient.dtype());
      View x = ChannelsLast.of(input.volume(), compute, copies, temporaries);
      View g = ChannelsLast.of(gradient.volume(), compute, copies, temporaries);
      View to = weightGradient.volume();
      boolean direct = to.dtype() == compute && to.isContiguous();
      View w = direct ? to : temporaries.like(to, compute);
      Convolution window = convolution.volume();
      if (SmallImageConvolution.takes(window, x, w, g)) {
        small.weightGradient(window, x, w, g, temporaries);
      } else if (WinogradConvolution.takes(window, x, w, g)) {
        winograd.weightGradient(window, x, w, g, temporaries);
      } else if (!useDnnl(x, w, g) || !pieces.weight(window, x, w, g, temporaries)) {
        matrices.weightGradient(window, x, w, g);
      }
      finish(w, to);
    }
  }

  private DType compute(DType dtype) {
    return switch (dtype) {
      case FLOAT64, FLOAT32 -> dtype;
      case BFLOAT16 -> bfloat16 ? dtype : DType.FLOAT32;
      case FLOAT16 -> DType.FLOAT32;
      case BOOL, UINT8, INT8, INT16, INT32, INT64 ->
          throw DTypeException.unsupported("convolution", dtype, "the floating types");
    };
  }

  private static boolean useDnnl(View x, View w, View y) {
    boolean empty = x.numel() == 0 || w.numel() == 0 || y.numel() == 0;
    return !empty && x.dtype() != DType.FLOAT64;
  }

  private View dense(View view, DType dtype, Temporaries temporaries) {
    boolean same = view.dtype() == dtype && view.isContiguous();
    return same ? view : temporaries.copyOf(view, dtype);
  }

  private View target(View to, DType dtype, Temporaries temporaries) {
    boolean direct = to.dtype() == dtype && ChannelsLast.holds(to);
    return direct ? to : ChannelsLast.like(to, dtype, temporaries);
  }

  private void finish(View computed, View to) {
    if (computed.storage() != to.storage()) {
      copies.copy(computed, to);
    }
  }

  /** Sizes without the depth where it is 1 everywhere. */
  static long[] sizes(Shape volume, boolean flat) {
    long[] sizes = volume.toArray();
    return flat ? new long[] {sizes[0], sizes[1], sizes[3], sizes[4]} : sizes;
  }
}
