package ai.cresset.backend.cuda;

import ai.cresset.backend.Convolution;
import ai.cresset.backend.View;
import org.jspecify.annotations.Nullable;

/** Convolution and its two gradients. */
final class CudaConvolution {
  private final CudaContext context;

  CudaConvolution(CudaContext context) {
    this.context = context;
  }

  void convolution(
      Convolution convolution, View input, View weight, @Nullable View bias, View output) {
    throw new IllegalStateException("convolution: no kernel yet");
  }

  void convolutionInput(Convolution convolution, View gradient, View weight, View inputGradient) {
    throw new IllegalStateException("convolutionInput: no kernel yet");
  }

  void convolutionWeight(Convolution convolution, View input, View gradient, View weightGradient) {
    throw new IllegalStateException("convolutionWeight: no kernel yet");
  }
}
