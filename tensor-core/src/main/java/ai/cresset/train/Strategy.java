package ai.cresset.train;

import ai.cresset.data.Batch;
import ai.cresset.data.Share;
import ai.cresset.error.ConfigException;
import ai.cresset.memory.Scope;
import ai.cresset.nn.Module;
import ai.cresset.optim.Optimizer;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Tensor;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the ranks of a run work together. The loop calls it in the same order on every rank and knows
 * nothing else of the others; {@link SingleDevice} is the case of one rank.
 *
 * <p>Losses are pairs of sum and weight, which are added over micro-batches and ranks; gradients
 * are those of the sum until {@link #finishStep} divides them once by the weight of all ranks.
 * Shares of any size, also empty ones, then give what one rank would give.
 *
 * <p>Confined to the rank's thread.
 */
public interface Strategy extends AutoCloseable {
  /** This rank, from 0. */
  int rank();

  /** How many ranks there are. */
  int worldSize();

  /** Whether this rank writes checkpoints; exactly one does. */
  default boolean isCoordinator() {
    return rank() == 0;
  }

  /**
   * Which samples of each step this rank works on. Ranks that run parts of one model work on the
   * same ones, and draw the same random numbers.
   */
  default Share share() {
    return new Share(rank(), worldSize());
  }

  /** Whether this rank counts the samples of its share; exactly one rank of each share does. */
  default boolean leadsShare() {
    return true;
  }

  /**
   * Called once, before the first step and after a checkpoint was loaded: gives all ranks the
   * coordinator's parameters and buffers, and installs hooks on gradients.
   */
  void prepare(Module model);

  /**
   * The same for a model whose parts take turns.
   *
   * @param players whose turn {@link #beginTurn} begins; empty if all parameters follow one loss
   * @throws ConfigException if this strategy cannot take turns
   */
  default void prepare(Module model, List<Player> players) {
    if (!players.isEmpty()) {
      throw ConfigException.because(
          "the parts of this model take turns ("
              + String.join(", ", players.stream().map(Player::name).toList())
              + "), which needs the whole model and its whole state on each rank; do not cut or"
              + " divide them (parallel.zero = 0)");
    }
    prepare(model);
  }

  /** Begins a step: the gradients of the one before are forgotten. */
  void beginStep();

  /**
   * Begins a player's turn in place of a step: the gradients of all players are forgotten.
   *
   * @param player its place among those of {@link #prepare(Module, List)}
   */
  default void beginTurn(int player) {
    beginStep();
  }

  /**
   * Back-propagates the sum of a micro-batch; gradients accumulate. A rank without samples goes
   * from {@link #beginStep} to {@link #finishStep} without a call.
   *
   * @param last whether this rank's last micro-batch of the step: only then gradients are sent
   */
  void backward(Loss loss, boolean last);

  /**
   * Runs the micro-batches of a step forward and backward, and closes them.
   *
   * @return this rank's sum and weight
   */
  default LossSum run(Objective objective, List<Batch> microBatches) {
    LossSum local = LossSum.ZERO;
    for (int i = 0; i < microBatches.size(); i++) {
      try (Batch batch = microBatches.get(i);
          Scope scope = Scope.open("micro-batch")) {
        Loss loss = objective.loss(batch);
        backward(loss, i == microBatches.size() - 1);
        // Asked for last: a device works on while the host prepares backward.
        local = local.plus(loss.sum().item(), loss.weight());
      }
    }
    return local;
  }

  /**
   * Scores a batch of a rank's share without training on it.
   *
   * @return sum of losses, weight and score, to be added over all ranks: a rank that does not lead
   *     its share gives zeros
   */
  default double[] evaluate(Objective objective, Batch batch) {
    ScoredLoss scored = objective.evaluate(batch);
    return new double[] {scored.loss().sum().item(), scored.loss().weight(), scored.score()};
  }

  /**
   * Ends a step's backward passes: waits for gradients and divides them by the weight of all ranks.
   *
   * @param local this rank's sum and weight
   * @return sum and weight of all ranks, the same everywhere
   * @throws ai.cresset.error.DivergenceException if the weight of all ranks is 0
   */
  LossSum finishStep(LossSum local);

  /**
   * The Euclidean norm of all gradients of the whole model, the same on every rank. Called after
   * {@link #finishStep}.
   */
  double gradientNorm(Collection<? extends Tensor> parameters);

  /** Adds numbers over all ranks, position by position; the same result everywhere. */
  double[] sum(double... values);

  /** Gives every rank the coordinator's bytes; what other ranks pass is ignored. */
  byte[] broadcast(byte[] bytes);

  /** Gives every rank the bytes of each, in order of rank. */
  List<byte[]> gather(byte[] bytes);

  /**
   * How checkpoints are stored where ranks hold parts of model and optimizer; null where the
   * coordinator holds all of both and stores them alone. Called once by all ranks.
   */
  default @Nullable CheckpointParts checkpointParts(
      CheckpointPolicy policy, Module model, Optimizer optimizer) {
    return null;
  }

  /** Takes hooks off again; the model stays usable. */
  @Override
  void close();
}
