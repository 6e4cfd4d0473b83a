package ai.cresset.backend.cuda;

import ai.cresset.backend.Reduction;
import ai.cresset.backend.Scan;
import ai.cresset.backend.View;

/** Reductions, places of extremes and running ones. */
final class CudaReduction {
  private final CudaContext context;

  CudaReduction(CudaContext context) {
    this.context = context;
  }

  void reduce(Reduction reduction, View input, View output) {
    throw new IllegalStateException("reduce: no kernel yet");
  }

  void argReduce(boolean largest, View input, int dim, View output) {
    throw new IllegalStateException("argReduce: no kernel yet");
  }

  void scan(Scan scan, View input, int dim, View output) {
    throw new IllegalStateException("scan: no kernel yet");
  }
}
