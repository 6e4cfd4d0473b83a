package ai.cresset.backend.cuda;

import ai.cresset.backend.Program;
import ai.cresset.backend.View;
import ai.cresset.random.Generator;
import java.util.List;

/** Element-wise programs: one generated kernel each. */
final class CudaPointwise {
  private final CudaContext context;

  CudaPointwise(CudaContext context) {
    this.context = context;
  }

  void pointwise(
      Program program, double[] scalars, Generator.Key key, List<View> inputs, List<View> outputs) {
    throw new IllegalStateException("pointwise: no kernel yet");
  }
}
