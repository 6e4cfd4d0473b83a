package ai.cresset.parallel.pipeline.schedule;

import java.util.ArrayList;
import java.util.List;

/**
 * All forward passes, chunk by chunk, then all backward passes in the reverse order of chunks.
 * Backward takes micro-batches in their order, so that gradients are added as one process adds
 * them.
 */
final class GPipeOrder {
  private GPipeOrder() {}

  static List<Action> of(PipelineShape shape, int rank) {
    List<Action> actions = new ArrayList<>();
    for (int chunk = 0; chunk < shape.chunks(); chunk++) {
      for (int each = 0; each < shape.microBatches(); each++) {
        actions.add(Action.forward(shape.stage(rank, chunk), each));
      }
    }
    for (int chunk = shape.chunks() - 1; chunk >= 0; chunk--) {
      for (int each = 0; each < shape.microBatches(); each++) {
        actions.add(Action.backward(shape.stage(rank, chunk), each));
      }
    }
    return actions;
  }
}
