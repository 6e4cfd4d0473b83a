package ai.cresset.parallel.pipeline;

import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.comm.ReduceOp;
import ai.cresset.parallel.mesh.HostMirror;
import ai.cresset.parallel.mesh.InitialState;
import ai.cresset.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Parameters that stages of several ranks share, such as an embedding that is the head's weight
 * too: each rank has a copy, and the gradients of all copies are added. Copies that begin alike and
 * are changed by equal gradients stay alike.
 */
final class TiedGradients implements AutoCloseable {
  private final Map<List<Integer>, ProcessGroup> groups = new LinkedHashMap<>();
  private final Map<String, ProcessGroup> parameters = new LinkedHashMap<>();

  /** Connects the ranks that share; called by all ranks of the pipeline. */
  TiedGradients(PipelineModel model, ProcessGroup group) {
    model
        .tied()
        .forEach(
            (name, ranks) -> {
              if (ranks.contains(group.rank())) {
                parameters.put(name, groups.computeIfAbsent(ranks, group::subgroup));
              }
            });
  }

  /** Copies the elements of the first rank's copy to the others. */
  void share(Map<String, ? extends Tensor> tensors) {
    parameters.forEach(
        (name, group) -> {
          Tensor tensor = tensors.get(name);
          if (tensor == null) {
            throw new IllegalStateException("no parameter " + name);
          }
          InitialState.broadcast(tensor, group);
        });
  }

  /** Adds the gradients that {@code gradients} gives by name; contiguous, in place. */
  void sum(Function<String, Tensor> gradients) {
    parameters.forEach(
        (name, group) -> {
          Tensor gradient = gradients.apply(name);
          try (HostMirror mirror = new HostMirror(gradient)) {
            group.allReduce(mirror.fetch(), ReduceOp.SUM);
            mirror.putBack();
          }
          gradient.storage().changed();
        });
  }

  @Override
  public void close() {
    groups.values().forEach(ProcessGroup::close);
    groups.clear();
  }
}
