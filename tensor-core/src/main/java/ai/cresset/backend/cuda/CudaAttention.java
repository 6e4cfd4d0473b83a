package ai.cresset.backend.cuda;

import ai.cresset.backend.View;

/** Attention without the matrix of scores. */
final class CudaAttention {
  private final CudaContext context;

  CudaAttention(CudaContext context) {
    this.context = context;
  }

  void attention(
      View query, View key, View value, boolean causal, double scale, View output, View logSumExp) {
    throw new IllegalStateException("attention: no kernel yet");
  }

  void attentionBackward(
      View gradient,
      View query,
      View key,
      View value,
      View output,
      View logSumExp,
      boolean causal,
      double scale,
      View queryGradient,
      View keyGradient,
      View valueGradient) {
    throw new IllegalStateException("attentionBackward: no kernel yet");
  }
}
