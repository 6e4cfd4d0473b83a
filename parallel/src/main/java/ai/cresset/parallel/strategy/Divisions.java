package ai.cresset.parallel.strategy;

import ai.cresset.parallel.mesh.DeviceMesh;
import ai.cresset.parallel.mesh.MeshAxis;
import ai.cresset.parallel.mesh.ShardSpec;
import ai.cresset.parallel.pipeline.PipelineModel;
import ai.cresset.parallel.pipeline.PipelineRuntime;
import ai.cresset.parallel.sequence.SequenceParallel;
import ai.cresset.parallel.tensor.TensorParallel;
import ai.cresset.tensor.autograd.HookHandle;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * In which ways ranks divide a model. A pipeline of one rank is one that has all layers.
 *
 * @param mesh all ranks
 * @param model this rank's stages
 * @param runtime runs them
 * @param tensor parts of layers; null for whole ones
 * @param sequence some of the positions; null for all
 * @param recompute which blocks run again
 * @param copies the ranks that have the same stages and parts, for ZeRO; null without
 */
record Divisions(
    DeviceMesh mesh,
    PipelineModel model,
    PipelineRuntime runtime,
    @Nullable TensorParallel tensor,
    @Nullable SequenceParallel sequence,
    HookHandle recompute,
    @Nullable DeviceMesh copies)
    implements AutoCloseable {

  /**
   * How this rank's parameters are cut, and the state of an optimizer over them. Pipelines do not
   * show: a name is there or not.
   */
  Map<String, ShardSpec> specs() {
    Map<String, ShardSpec> specs = new LinkedHashMap<>();
    model
        .module()
        .namedParameters()
        .forEach(
            (name, parameter) -> {
              ShardSpec spec =
                  tensor == null ? ShardSpec.replicated(parameter.shape()) : tensor.spec(name);
              boolean cut = copies != null && spec.global().rank() > 0;
              specs.put(name, cut ? spec.andSplit(0, MeshAxis.SHARD) : spec);
            });
    return specs;
  }

  @Override
  public void close() {
    runtime.close();
    model.close();
    recompute.close();
    if (tensor != null) {
      tensor.close();
    }
    if (sequence != null) {
      sequence.close();
    }
    if (copies != null) {
      copies.close();
    }
  }
}
