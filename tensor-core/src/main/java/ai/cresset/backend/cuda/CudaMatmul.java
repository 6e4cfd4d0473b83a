package ai.cresset.backend.cuda;

import ai.cresset.backend.View;

/** Matrix products. */
final class CudaMatmul {
  private final CudaContext context;

  CudaMatmul(CudaContext context) {
    this.context = context;
  }

  void matmul(View left, View right, View output, boolean accumulate) {
    throw new IllegalStateException("matmul: no kernel yet");
  }
}
