package ai.cresset.backend.cuda;

import ai.cresset.backend.Averaging;
import ai.cresset.backend.View;
import ai.cresset.backend.Window;
import java.util.List;

/** Pooling and its gradients. */
final class CudaPooling {
  private final CudaContext context;

  CudaPooling(CudaContext context) {
    this.context = context;
  }

  void maxPool(List<Window> windows, View input, View output, View indices) {
    throw new IllegalStateException("maxPool: no kernel yet");
  }

  void maxPoolBackward(View gradient, View indices, View inputGradient) {
    throw new IllegalStateException("maxPoolBackward: no kernel yet");
  }

  void averagePool(Averaging averaging, View input, View output) {
    throw new IllegalStateException("averagePool: no kernel yet");
  }

  void averagePoolBackward(Averaging averaging, View gradient, View inputGradient) {
    throw new IllegalStateException("averagePoolBackward: no kernel yet");
  }
}
