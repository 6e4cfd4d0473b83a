package ai.cresset.train;

import ai.cresset.data.Batch;
import ai.cresset.error.ConfigException;
import ai.cresset.error.DivergenceException;
import ai.cresset.nn.Parameter;
import ai.cresset.optim.GradientClipping;
import ai.cresset.tensor.Tensor;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Forward, backward, clipping and update of a step: once with all parameters, or once for each
 * player of the objective. Every rank goes through the same turns.
 */
final class Turns {
  private final TrainingTask task;
  private final Strategy strategy;
  private final double maxGradientNorm;
  private final List<Player> players;
  private final Collection<Tensor> leaves;

  Turns(TrainingTask task, Strategy strategy, double maxGradientNorm) {
    this.task = task;
    this.strategy = strategy;
    this.maxGradientNorm = maxGradientNorm;
    this.players = task.objective().players();
    this.leaves = task.optimizer().parameters().values();
    check();
  }

  private void check() {
    Set<String> names = new HashSet<>();
    Set<Parameter> taken = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Player player : players) {
      if (!names.add(player.name())) {
        throw ConfigException.because("two players are named '" + player.name() + "'");
      }
      for (Parameter parameter : player.part().parameters()) {
        if (!taken.add(parameter)) {
          throw ConfigException.because(
              "the player '"
                  + player.name()
                  + "' has a parameter of another player, "
                  + parameter.spec()
                  + "; give each parameter to one");
        }
      }
    }
  }

  /**
   * What a step came to.
   *
   * @param loss mean over all ranks; the sum of the players' means
   * @param weight what the mean was taken over
   * @param norm of the gradients before clipping, of all players together; null without clipping
   * @param losses the mean of each player, by name; empty without players
   */
  record Outcome(double loss, double weight, @Nullable Double norm, Map<String, Double> losses) {}

  /** Gives all ranks the same state, before the first step. */
  void prepare() {
    strategy.prepare(task.model(), players);
  }

  /**
   * Runs a step and closes its micro-batches.
   *
   * @param step its number, from 1
   */
  Outcome run(long step, List<Batch> microBatches) {
    if (players.isEmpty()) {
      strategy.beginStep();
      LossSum total = pass(step, task.objective(), microBatches);
      return new Outcome(total.mean(), total.weight(), update(step), Map.of());
    }
    Map<String, Double> losses = new LinkedHashMap<>();
    double squares = 0;
    double weight = 0;
    for (int i = 0; i < players.size(); i++) {
      boolean last = i == players.size() - 1;
      LossSum total = turn(step, i, last ? microBatches : again(microBatches));
      Double norm = update(step);
      squares += norm == null ? 0 : norm * norm;
      losses.put(players.get(i).name(), total.mean());
      weight = total.weight();
    }
    double sum = losses.values().stream().mapToDouble(Double::doubleValue).sum();
    return new Outcome(sum, weight, maxGradientNorm == 0 ? null : Math.sqrt(squares), losses);
  }

  /** Further handles of the same samples: whoever runs a step closes what it was given. */
  private static List<Batch> again(List<Batch> microBatches) {
    return microBatches.stream().map(Batch::share).toList();
  }

  private LossSum turn(long step, int number, List<Batch> microBatches) {
    Player player = players.get(number);
    Set<Parameter> own = Collections.newSetFromMap(new IdentityHashMap<>());
    own.addAll(player.part().parameters());
    List<Parameter> others =
        task.model().parameters().stream()
            .filter(each -> each.requiresGrad() && !own.contains(each))
            .toList();
    others.forEach(each -> each.requiresGrad(false));
    try {
      strategy.beginTurn(number);
      return pass(step, player.objective(), microBatches);
    } finally {
      others.forEach(each -> each.requiresGrad(true));
    }
  }

  private LossSum pass(long step, Objective objective, List<Batch> microBatches) {
    LossSum total = strategy.finishStep(strategy.run(objective, microBatches));
    if (!Double.isFinite(total.sum())) {
      throw DivergenceException.loss(step, total.mean());
    }
    return total;
  }

  /** Clips and updates what has gradients; the norm before, null if it was not needed. */
  private @Nullable Double update(long step) {
    Double norm = clip(step);
    task.optimizer().step();
    return norm;
  }

  private @Nullable Double clip(long step) {
    if (maxGradientNorm == 0) {
      return null;
    }
    double norm = strategy.gradientNorm(leaves);
    if (!Double.isFinite(norm)) {
      throw DivergenceException.gradient(step, norm);
    }
    GradientClipping.scale(leaves, GradientClipping.factor(norm, maxGradientNorm));
    return norm;
  }
}
