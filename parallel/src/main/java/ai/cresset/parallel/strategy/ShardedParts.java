package ai.cresset.parallel.strategy;

import ai.cresset.checkpoint.TrainingCheckpoint;
import ai.cresset.checkpoint.TrainingState;
import ai.cresset.nn.Module;
import ai.cresset.optim.Optimizer;
import ai.cresset.parallel.checkpoint.CheckpointPeers;
import ai.cresset.parallel.checkpoint.ShardedCheckpoints;
import ai.cresset.parallel.checkpoint.ShardedLoad;
import ai.cresset.parallel.checkpoint.ShardedState;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.zero.ShardedModel;
import ai.cresset.train.CheckpointParts;
import ai.cresset.train.CheckpointPolicy;
import java.util.Optional;

/** The checkpoints of a sharded model, of which each rank stores and loads its parts. */
final class ShardedParts implements CheckpointParts {
  private final Module model;
  private final ShardedModel sharded;
  private final Optimizer optimizer;
  private final int rank;
  private final ShardedCheckpoints checkpoints;

  ShardedParts(
      CheckpointPolicy policy,
      Module model,
      ShardedModel sharded,
      Optimizer optimizer,
      ProcessGroup world) {
    this.model = model;
    this.sharded = sharded;
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
    return new ShardedState().withModel(model, sharded.parts(), sharded.layout(), rank);
  }

  @Override
  public Optional<TrainingCheckpoint> latest() {
    return checkpoints.latest();
  }

  @Override
  public void load(TrainingCheckpoint checkpoint) {
    try (ShardedState own = weights()) {
      ShardedLoad.model(checkpoint, own, true);
    }
    ShardedLoad.optimizer(checkpoint, optimizer, sharded.layout(), rank);
  }

  @Override
  public void save(TrainingState.Progress progress, boolean background) {
    sharded.synchronize();
    try (ShardedState own = weights().withOptimizer(optimizer, sharded.layout(), rank)) {
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
