package ai.cresset.parallel.strategy;

import ai.cresset.nn.Module;
import ai.cresset.nn.Parameter;
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
import ai.cresset.parallel.zero.ShardedModel;
import ai.cresset.tensor.Tensor;
import ai.cresset.train.Strategy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A model cut into stages, each of which is copied, or its optimizer's state cut, over others. */
final class PipelinedModel implements AutoCloseable {
  private final PipelineModel model;
  private final PipelineRuntime runtime;
  private final @Nullable DeviceMesh copies;
  private final Replicas replicas;
  private final PipelineStrategy strategy;

  private PipelinedModel(
      PipelineModel model,
      PipelineRuntime runtime,
      @Nullable DeviceMesh copies,
      Replicas replicas,
      PipelineStrategy strategy) {
    this.model = model;
    this.runtime = runtime;
    this.copies = copies;
    this.replicas = replicas;
    this.strategy = strategy;
  }

  /** Cuts a model; called by all ranks of the mesh. */
  static PipelinedModel cut(Module whole, DeviceMesh mesh, ParallelOptions options) {
    PipelineOptions chosen = options.pipeline();
    ParallelDims dims = mesh.dims();
    PipelineSplit split = chosen.split();
    if (split == null) {
      split =
          PipelineSplit.balanced(
              PieceCosts.estimated(PipelineModel.layered(whole)),
              dims.pipeline() * chosen.chunks());
    }
    PipelineModel model =
        new PipelineModel(whole, split, dims.pipeline(), mesh.coordinates().pipeline());
    PipelineRuntime runtime = new PipelineRuntime(model, mesh.group(MeshAxis.PIPELINE));
    ProcessGroup same = mesh.group(MeshAxis.DATA, MeshAxis.SHARD);
    DeviceMesh copies = null;
    Replicas replicas;
    if (options.zero() == 0) {
      replicas = whole(model, same, options);
    } else {
      copies = new DeviceMesh(ParallelDims.of(dims.data(), dims.shard()), same);
      replicas = new Replicas.Cut(new ShardedModel(model.module(), copies, options.zeroOptions()));
    }
    PipelineStrategy strategy =
        new PipelineStrategy(mesh, model, runtime, chosen.schedule(), replicas);
    return new PipelinedModel(model, runtime, copies, replicas, strategy);
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

  @Override
  public void close() {
    replicas.close();
    runtime.close();
    model.close();
    if (copies != null) {
      copies.close();
    }
  }

  @Override
  public String toString() {
    return model.toString();
  }
}
