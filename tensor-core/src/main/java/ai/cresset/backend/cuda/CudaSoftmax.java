package ai.cresset.backend.cuda;

import ai.cresset.backend.View;

/** Softmax, its logarithm, their gradients. */
final class CudaSoftmax {
  private final CudaContext context;

  CudaSoftmax(CudaContext context) {
    this.context = context;
  }

  void softmax(View input, int dim, boolean logarithm, View output) {
    throw new IllegalStateException("softmax: no kernel yet");
  }

  void softmaxBackward(View gradient, View output, int dim, boolean logarithm, View inputGradient) {
    throw new IllegalStateException("softmaxBackward: no kernel yet");
  }
}
