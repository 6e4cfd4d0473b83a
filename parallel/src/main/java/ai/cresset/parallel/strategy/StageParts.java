package ai.cresset.parallel.strategy;

import ai.cresset.checkpoint.TrainingCheckpoint;
import ai.cresset.checkpoint.TrainingState;
import ai.cresset.optim.Optimizer;
import ai.cresset.parallel.checkpoint.CheckpointPeers;
import ai.cresset.parallel.checkpoint.ShardedCheckpoints;
import ai.cresset.parallel.checkpoint.ShardedLoad;
import ai.cresset.parallel.checkpoint.ShardedState;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.mesh.ShardLayout;
import ai.cresset.parallel.pipeline.StageModule;
import ai.cresset.train.CheckpointParts;
import ai.cresset.train.CheckpointPolicy;
import java.util.Optional;

/** The checkpoints of a model cut into stages, of which each rank stores and loads its own. */
final class StageParts implements CheckpointParts {
  private final StageModule stages;
  private final Replicas replicas;
  private final ShardLayout layout;
  private final Optimizer optimizer;
  private final int rank;
  private final ShardedCheckpoints checkpoints;

  StageParts(
      CheckpointPolicy policy,
      StageModule stages,
      Replicas replicas,
      ShardLayout layout,
      Optimizer optimizer,
      ProcessGroup world) {
    this.stages = stages;
    this.replicas = replicas;
    this.layout = layout;
    this.optimizer = optimizer;
    this.rank = world.rank();
    this.checkpoints =
        ShardedCheckpoints.claim(
            policy.store(),
            policy.run(),
            policy.attempt(),
            CheckpointPeers.of(world),
            policy.keep());
  }

  private ShardedState weights() {
    return new ShardedState().withModel(stages, replicas.parts(stages), layout, rank);
  }

  @Override
  public Optional<TrainingCheckpoint> latest() {
    return checkpoints.latest();
  }

  @Override
  public void load(TrainingCheckpoint checkpoint) {
    try (ShardedState own = weights()) {
      ShardedLoad.model(checkpoint, own, false);
    }
    ShardedLoad.optimizer(checkpoint, optimizer, layout, rank);
  }

  @Override
  public void save(TrainingState.Progress progress, boolean background) {
    try (ShardedState own = weights().withOptimizer(optimizer, layout, rank)) {
      if (background) {
        checkpoints.saveAsync(own, progress);
      } else {
        checkpoints.save(own, progress);
      }
    }
  }

  @Override
  public String committed(boolean wait) {
    if (wait) {
      return checkpoints.await();
    }
    checkpoints.check();
    return checkpoints.lastCommitted();
  }

  @Override
  public void close() {
    checkpoints.close();
  }
}
