package ai.cresset.backend.cuda;

import ai.cresset.backend.View;
import org.jspecify.annotations.Nullable;

/** Layer normalisation and its gradients. */
final class CudaLayerNorm {
  private final CudaContext context;

  CudaLayerNorm(CudaContext context) {
    this.context = context;
  }

  void layerNorm(
      View input,
      @Nullable View weight,
      @Nullable View bias,
      double epsilon,
      View output,
      View mean,
      View inverseDeviation) {
    throw new IllegalStateException("layerNorm: no kernel yet");
  }

  void layerNormBackward(
      View gradient,
      View input,
      @Nullable View weight,
      View mean,
      View inverseDeviation,
      @Nullable View inputGradient,
      @Nullable View weightGradient,
      @Nullable View biasGradient) {
    throw new IllegalStateException("layerNormBackward: no kernel yet");
  }
}
