package ai.cresset.parallel.strategy;

import ai.cresset.data.Batch;
import ai.cresset.data.Share;
import ai.cresset.error.ConfigException;
import ai.cresset.nn.Module;
import ai.cresset.optim.Optimizer;
import ai.cresset.parallel.mesh.DeviceMesh;
import ai.cresset.parallel.mesh.GradientNorm;
import ai.cresset.parallel.mesh.MeshAxis;
import ai.cresset.parallel.mesh.MeshCoordinates;
import ai.cresset.parallel.mesh.ShardLayout;
import ai.cresset.parallel.pipeline.MicroBatch;
import ai.cresset.parallel.pipeline.PipelineModel;
import ai.cresset.parallel.pipeline.PipelineRuntime;
import ai.cresset.parallel.pipeline.schedule.Schedule;
import ai.cresset.parallel.pipeline.schedule.ScheduleKind;
import ai.cresset.parallel.sequence.SequenceParallel;
import ai.cresset.parallel.tensor.TensorParallel;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Tensor;
import ai.cresset.train.CheckpointParts;
import ai.cresset.train.CheckpointPolicy;
import ai.cresset.train.LayeredObjective;
import ai.cresset.train.LossSum;
import ai.cresset.train.Objective;
import ai.cresset.train.Strategy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A model cut into stages. Ranks of one pipeline work on the same samples; pipelines beside each
 * other, along {@code data} and {@code shard}, have samples of their own and add their gradients
 * stage by stage.
 */
final class DividedStrategy implements Strategy {
  private final Divisions divisions;
  private final DeviceMesh mesh;
  private final RankMessages messages;
  private final PipelineModel model;
  private final PipelineRuntime runtime;
  private final ScheduleKind kind;
  private final Replicas replicas;
  private final ShardLayout layout;
  private final Map<Integer, Schedule> schedules = new HashMap<>();
  private boolean ran;

  DividedStrategy(Divisions divisions, ScheduleKind kind, Replicas replicas) {
    this.divisions = divisions;
    this.mesh = divisions.mesh();
    this.messages = new RankMessages(mesh.world());
    this.model = divisions.model();
    this.runtime = divisions.runtime();
    this.kind = kind;
    this.replicas = replicas;
    this.layout = new ShardLayout(mesh.dims(), divisions.specs());
  }

  @Override
  public int rank() {
    return mesh.rank();
  }

  @Override
  public int worldSize() {
    return mesh.world().size();
  }

  @Override
  public Share share() {
    MeshCoordinates here = mesh.coordinates();
    return new Share(here.data() * mesh.dims().shard() + here.shard(), mesh.dims().dataRanks());
  }

  @Override
  public boolean leadsShare() {
    MeshCoordinates here = mesh.coordinates();
    return here.pipeline() == 0 && here.tensor() == 0 && here.sequence() == 0;
  }

  /** Copies of a parameter on several stages begin alike; copies of a stage do already. */
  @Override
  public void prepare(Module whole) {
    runtime.shareTied(model.module().namedParameters());
    replicas.loaded();
  }

  @Override
  public void beginStep() {
    ran = false;
    replicas.begin();
  }

  @Override
  public void backward(Loss loss, boolean last) {
    throw new IllegalStateException(
        "a stage of a pipeline has no loss of its own; call run(objective, microBatches)");
  }

  @Override
  public LossSum run(Objective objective, List<Batch> batches) {
    if (batches.isEmpty()) {
      return LossSum.ZERO;
    }
    ran = true;
    replicas.accumulate();
    Schedule schedule =
        schedules.computeIfAbsent(batches.size(), count -> kind.of(runtime.shape(count)));
    try {
      PipelineRuntime.Totals totals = runtime.run(schedule, microBatches(objective, batches));
      return new LossSum(totals.sum(), totals.weight());
    } finally {
      batches.forEach(Batch::close);
    }
  }

  /** Ranks along {@code sequence} have seen other positions; all the others of a share the same. */
  @Override
  public double[] evaluate(Objective objective, Batch batch) {
    PipelineRuntime.Totals totals = runtime.evaluate(microBatches(objective, List.of(batch)));
    MeshCoordinates here = mesh.coordinates();
    boolean counts = here.pipeline() == 0 && here.tensor() == 0;
    return counts ? new double[] {totals.sum(), totals.weight(), Double.NaN} : new double[3];
  }

  private List<MicroBatch> microBatches(Objective objective, List<Batch> batches) {
    if (!(objective instanceof LayeredObjective layered)) {
      throw ConfigException.because(
          "parallel.pipeline: the objective "
              + objective.getClass().getSimpleName()
              + " does not say what goes into the first piece of the model and what becomes of the"
              + " last one's output; let it implement LayeredObjective, or set parallel.pipeline to"
              + " 1");
    }
    List<MicroBatch> found = new ArrayList<>();
    for (Batch whole : batches) {
      Batch batch = positions(whole);
      found.add(
          new MicroBatch(
              layered.input(batch),
              output -> layered.loss(output, batch),
              new MicroBatch.Around() {
                @Override
                public <T> T run(Supplier<T> part) {
                  return layered.within(part);
                }
              }));
    }
    return found;
  }

  /** This rank's positions of a batch; in the current scope. */
  private Batch positions(Batch whole) {
    SequenceParallel sequence = divisions.sequence();
    if (sequence == null) {
      return whole;
    }
    Map<String, Tensor> parts = new LinkedHashMap<>();
    whole.tensors().forEach((name, tensor) -> parts.put(name, sequence.part(tensor)));
    return Batch.of(parts);
  }

  @Override
  public LossSum finishStep(LossSum local) {
    if (ran) {
      runtime.sumTied(replicas::gradient);
    }
    double[] total = replicas.finish(local.sum(), local.weight());
    TensorParallel tensor = divisions.tensor();
    if (tensor != null) {
      tensor.synchronize(replicas.leaves());
    }
    return new LossSum(total[0], total[1]);
  }

  /** Each element of the model counts on one rank. */
  @Override
  public double gradientNorm(Collection<? extends Tensor> parameters) {
    MeshCoordinates here = mesh.coordinates().with(MeshAxis.PIPELINE, 0);
    List<Tensor> counted = new ArrayList<>();
    replicas
        .leaves()
        .forEach(
            (name, leaf) -> {
              Tensor gradient = leaf.grad();
              boolean counts = layout.spec(name).writes(mesh.dims(), here);
              if (gradient != null && counts && model.counts(name)) {
                counted.add(gradient);
              }
            });
    return GradientNorm.of(counted, mesh.world());
  }

  @Override
  public double[] sum(double... values) {
    return messages.sum(values);
  }

  @Override
  public byte[] broadcast(byte[] bytes) {
    return messages.broadcast(bytes);
  }

  @Override
  public List<byte[]> gather(byte[] bytes) {
    return messages.gather(bytes);
  }

  /** How the leaves and the state of the optimizer are cut; what is not named is not here. */
  ShardLayout layout() {
    return layout;
  }

  @Override
  public CheckpointParts checkpointParts(
      CheckpointPolicy policy, Module whole, Optimizer optimizer) {
    return new StageParts(policy, model.module(), replicas, layout, optimizer, mesh.world());
  }

  /** What it works with stays its maker's. */
  @Override
  public void close() {}
}
