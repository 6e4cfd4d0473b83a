package ai.cresset.backend.cuda;

import ai.cresset.backend.View;

/** Cross entropy from logits in one pass. */
final class CudaCrossEntropy {
  private final CudaContext context;

  CudaCrossEntropy(CudaContext context) {
    this.context = context;
  }

  void crossEntropy(View logits, View targets, long ignoreIndex, View losses, View logSumExp) {
    throw new IllegalStateException("crossEntropy: no kernel yet");
  }

  void crossEntropyBackward(
      View gradient,
      View logits,
      View targets,
      long ignoreIndex,
      View logSumExp,
      View logitsGradient) {
    throw new IllegalStateException("crossEntropyBackward: no kernel yet");
  }
}
