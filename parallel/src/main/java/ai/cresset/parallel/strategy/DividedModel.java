package ai.cresset.parallel.strategy;

import ai.cresset.nn.Module;
import ai.cresset.nn.Parameter;
import ai.cresset.nn.init.DeferredInit;
import ai.cresset.nn.recompute.Recomputation;
import ai.cresset.optim.Optimizer;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.data.DataParallel;
import ai.cresset.parallel.mesh.DeviceMesh;
import ai.cresset.parallel.mesh.MeshAxis;
import ai.cresset.parallel.mesh.ParallelDims;
import ai.cresset.parallel.mesh.ShardLayout;
import ai.cresset.parallel.pipeline.PieceCosts;
import ai.cresset.parallel.pipeline.PipelineModel;
import ai.cresset.parallel.pipeline.PipelineRuntime;
import ai.cresset.parallel.pipeline.PipelineSplit;
import ai.cresset.parallel.sequence.SequenceParallel;
import ai.cresset.parallel.sequence.SequencePlan;
import ai.cresset.parallel.tensor.TensorParallel;
import ai.cresset.parallel.tensor.TensorPlan;
import ai.cresset.parallel.zero.ShardedModel;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.HookHandle;
import ai.cresset.train.Strategy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A model that ranks divide, and whose parts are copied, or their optimizer's state cut. */
final class DividedModel implements AutoCloseable {
  private final Divisions divisions;
  private final Replicas replicas;
  private final DividedStrategy strategy;

  private DividedModel(Divisions divisions, Replicas replicas, DividedStrategy strategy) {
    this.divisions = divisions;
    this.replicas = replicas;
    this.strategy = strategy;
  }

  /** Divides a model; called by all ranks of the mesh. */
  static DividedModel of(
      Module whole, DeviceMesh mesh, ParallelOptions options, @Nullable DeferredInit deferred) {
    options.checkPlans();
    PipelineOptions chosen = options.pipeline();
    ParallelDims dims = mesh.dims();
    PipelineSplit split = chosen.split();
    if (split == null) {
      // Costs are those of the whole model: parts of layers differ between ranks.
      split =
          PipelineSplit.balanced(
              PieceCosts.estimated(PipelineModel.layered(whole)),
              dims.pipeline() * chosen.chunks());
    }
    SequencePlan positions = options.sequencePlan();
    SequenceParallel sequence =
        dims.sequence() == 1 || positions == null
            ? null
            : SequenceParallel.apply(whole, positions, mesh, deferred);
    TensorPlan layers = options.tensorPlan();
    TensorParallel tensor =
        dims.tensor() == 1 || layers == null
            ? null
            : TensorParallel.apply(whole, layers, mesh, deferred);
    HookHandle again = Recomputation.apply(whole, options.recompute());
    PipelineModel model =
        new PipelineModel(whole, split, dims.pipeline(), mesh.coordinates().pipeline(), deferred);
    PipelineRuntime runtime = new PipelineRuntime(model, mesh.group(MeshAxis.PIPELINE));
    ProcessGroup same = mesh.group(MeshAxis.DATA, MeshAxis.SHARD, MeshAxis.SEQUENCE);
    DeviceMesh copies = null;
    Replicas replicas;
    if (options.zero() == 0) {
      replicas = whole(model, same, options);
    } else {
      copies =
          new DeviceMesh(new ParallelDims(dims.data(), dims.shard(), 1, dims.sequence(), 1), same);
      replicas = new Replicas.Cut(new ShardedModel(model.module(), copies, options.zeroOptions()));
    }
    Divisions divisions = new Divisions(mesh, model, runtime, tensor, sequence, again, copies);
    return new DividedModel(
        divisions, replicas, new DividedStrategy(divisions, chosen.schedule(), replicas));
  }

  private static Replicas whole(PipelineModel model, ProcessGroup same, ParallelOptions options) {
    Map<String, Tensor> trained = new LinkedHashMap<>();
    List<Tensor> others = new ArrayList<>(model.module().namedBuffers().values());
    for (Map.Entry<String, Parameter> each : model.module().namedParameters().entrySet()) {
      if (each.getValue().requiresGrad()) {
        trained.put(each.getKey(), each.getValue());
      } else {
        others.add(each.getValue());
      }
    }
    return new Replicas.Whole(
        new DataParallel(trained, others, same, options.buckets(), null), trained);
  }

  Strategy strategy() {
    return strategy;
  }

  Map<String, Tensor> leaves() {
    return replicas.leaves();
  }

  ShardLayout layout() {
    return strategy.layout();
  }

  @Nullable ShardedModel sharded() {
    return replicas instanceof Replicas.Cut cut ? cut.sharded() : null;
  }

  /**
   * Refuses an optimizer that cannot work on parts of parameters.
   *
   * @throws ai.cresset.error.ConfigException naming it
   */
  void check(Optimizer optimizer) {
    TensorParallel tensor = divisions.tensor();
    if (tensor != null) {
      tensor.check(optimizer);
    }
  }

  @Override
  public void close() {
    replicas.close();
    divisions.close();
  }

  @Override
  public String toString() {
    return divisions.model().toString();
  }
}
