package ai.cresset.backend.cuda;

import ai.cresset.backend.Scatter;
import ai.cresset.backend.View;

/** Reading and writing by index. */
final class CudaIndexing {
  private final CudaContext context;

  CudaIndexing(CudaContext context) {
    this.context = context;
  }

  void gather(View input, int dim, View index, View output) {
    throw new IllegalStateException("gather: no kernel yet");
  }

  void indexSelect(View input, int dim, View index, View output) {
    throw new IllegalStateException("indexSelect: no kernel yet");
  }

  void indexAdd(View source, int dim, View index, View output) {
    throw new IllegalStateException("indexAdd: no kernel yet");
  }

  void scatter(Scatter scatter, View source, int dim, View index, View output) {
    throw new IllegalStateException("scatter: no kernel yet");
  }
}
