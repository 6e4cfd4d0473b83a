package ai.cresset.parallel.strategy;

import ai.cresset.nn.Module;
import ai.cresset.optim.Optimizer;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.zero.ShardedModel;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Tensor;
import ai.cresset.train.CheckpointParts;
import ai.cresset.train.CheckpointPolicy;
import ai.cresset.train.LossSum;
import ai.cresset.train.Strategy;
import java.util.Collection;
import java.util.List;

/** A sharded model, each rank with its share of the samples. */
final class ShardedStrategy implements Strategy {
  private final ShardedModel sharded;
  private final ProcessGroup world;
  private final RankMessages messages;

  ShardedStrategy(ShardedModel sharded, ProcessGroup world) {
    this.sharded = sharded;
    this.world = world;
    this.messages = new RankMessages(world);
  }

  @Override
  public int rank() {
    return world.rank();
  }

  @Override
  public int worldSize() {
    return world.size();
  }

  /** The model was cut before its optimizer was made; what was loaded since becomes visible. */
  @Override
  public void prepare(Module model) {
    sharded.partsChanged();
  }

  @Override
  public void beginStep() {
    sharded.beginStep();
  }

  @Override
  public void backward(Loss loss, boolean last) {
    sharded.backward(loss.sum(), last);
  }

  @Override
  public LossSum finishStep(LossSum local) {
    double[] total = sharded.finishStep(local.sum(), local.weight());
    return new LossSum(total[0], total[1]);
  }

  @Override
  public double gradientNorm(Collection<? extends Tensor> parameters) {
    return sharded.gradientNorm();
  }

  @Override
  public double[] sum(double... values) {
    sharded.synchronize();
    return messages.sum(values);
  }

  @Override
  public byte[] broadcast(byte[] bytes) {
    sharded.synchronize();
    return messages.broadcast(bytes);
  }

  @Override
  public List<byte[]> gather(byte[] bytes) {
    sharded.synchronize();
    return messages.gather(bytes);
  }

  @Override
  public CheckpointParts checkpointParts(
      CheckpointPolicy policy, Module model, Optimizer optimizer) {
    return new ShardedParts(policy, model, sharded, optimizer, world);
  }

  /** The sharded model stays its maker's. */
  @Override
  public void close() {}
}
