package ai.cresset.parallel.strategy;

import ai.cresset.nn.Module;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.data.DataParallel;
import ai.cresset.parallel.data.DataParallelOptions;
import ai.cresset.parallel.mesh.GradientNorm;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Tensor;
import ai.cresset.train.LossSum;
import ai.cresset.train.Player;
import ai.cresset.train.Strategy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The whole model on every rank, each with its share of the samples. Rank 0 coordinates. The group
 * stays the caller's.
 *
 * <p>Where parts of the model take turns, each player's gradients have buckets of their own.
 */
public final class DataParallelStrategy implements Strategy {
  private final ProcessGroup group;
  private final RankMessages messages;
  private final DataParallelOptions options;

  /** One for each player, or one for all parameters. */
  private final List<DataParallel> turns = new ArrayList<>();

  private int turn;

  public DataParallelStrategy(ProcessGroup group, DataParallelOptions options) {
    this.group = group;
    this.messages = new RankMessages(group);
    this.options = options;
  }

  @Override
  public int rank() {
    return group.rank();
  }

  @Override
  public int worldSize() {
    return group.size();
  }

  @Override
  public void prepare(Module model) {
    prepare(model, List.of());
  }

  @Override
  public void prepare(Module model, List<Player> players) {
    close();
    List<Map<String, Tensor>> trained = new ArrayList<>();
    Map<String, Tensor> left = new LinkedHashMap<>(model.namedParameters());
    left.values().removeIf(parameter -> !parameter.requiresGrad());
    for (Player player : players) {
      Set<Tensor> own = Collections.newSetFromMap(new IdentityHashMap<>());
      own.addAll(player.part().parameters());
      Map<String, Tensor> part = new LinkedHashMap<>(left);
      part.values().retainAll(own);
      left.values().removeAll(own);
      trained.add(part);
    }
    if (players.isEmpty()) {
      trained.add(left);
      left = Map.of();
    }
    List<Tensor> others = new ArrayList<>(model.namedBuffers().values());
    others.addAll(left.values());
    for (Tensor parameter : model.parameters()) {
      if (!parameter.requiresGrad()) {
        others.add(parameter);
      }
    }
    for (Map<String, Tensor> part : trained) {
      turns.add(new DataParallel(part, others, group, options, null));
      others = List.of();
    }
    turn = 0;
  }

  private DataParallel current() {
    if (turns.isEmpty()) {
      throw new IllegalStateException("prepare(model) comes before the first step");
    }
    return turns.get(turn);
  }

  @Override
  public void beginStep() {
    current().beginStep();
  }

  @Override
  public void beginTurn(int player) {
    turn = player;
    turns.forEach(DataParallel::beginStep);
  }

  @Override
  public void backward(Loss loss, boolean last) {
    current().lastMicroBatch(last);
    loss.sum().backward();
  }

  @Override
  public LossSum finishStep(LossSum local) {
    double[] total = current().finishStep(local.sum(), local.weight());
    return new LossSum(total[0], total[1]);
  }

  /** Every rank holds all gradients of the step, so each finds the same norm by itself. */
  @Override
  public double gradientNorm(Collection<? extends Tensor> parameters) {
    List<Tensor> gradients = new ArrayList<>();
    for (Tensor parameter : parameters) {
      Tensor gradient = parameter.grad();
      if (gradient != null) {
        gradients.add(gradient);
      }
    }
    return GradientNorm.of(gradients);
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

  @Override
  public void close() {
    turns.forEach(DataParallel::close);
    turns.clear();
  }
}
