package ai.cresset.jobs.train;

import ai.cresset.checkpoint.TrainingCheckpoint;
import ai.cresset.checkpoint.TrainingState;
import ai.cresset.error.CheckpointException;
import ai.cresset.nn.Module;
import ai.cresset.optim.Optimizer;
import ai.cresset.train.CheckpointParts;
import ai.cresset.train.CheckpointPolicy;
import ai.cresset.train.Evaluation;
import ai.cresset.train.Strategy;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The weights of a model of which no rank has all: a checkpoint that every rank stores its part of,
 * and nothing in memory.
 */
final class CutWeights implements BestWeights.Keeping {
  private static final String LOSS = "loss";
  private static final String WEIGHT = "weight";
  private static final String SCORE = "score";

  private final Module model;
  private final Strategy strategy;
  private final CheckpointParts parts;

  /**
   * Those of a model.
   *
   * @param strategy gives checkpoints in parts
   * @param policy where they are, one of them
   */
  CutWeights(Module model, Optimizer optimizer, Strategy strategy, CheckpointPolicy policy) {
    this.model = model;
    this.strategy = strategy;
    CheckpointParts found = strategy.checkpointParts(policy, model, optimizer);
    if (found == null) {
      throw new IllegalStateException("no parts of a model that is not cut");
    }
    this.parts = found;
  }

  @Override
  public void keep(BestWeights.Best found) {
    Evaluation evaluation = found.evaluation();
    parts.save(
        new TrainingState.Progress(
            found.step(),
            0,
            0,
            strategy.worldSize(),
            List.of(),
            "",
            "",
            Map.of(),
            Map.of(LOSS, evaluation.loss(), WEIGHT, evaluation.weight(), SCORE, evaluation.score()),
            Map.of()),
        false);
  }

  @Override
  public BestWeights.@Nullable Best read() {
    return parts
        .latest()
        .map(TrainingCheckpoint::state)
        .map(
            state ->
                new BestWeights.Best(
                    state.step(),
                    new Evaluation(
                        state.metrics().getOrDefault(LOSS, Double.NaN),
                        state.metrics().getOrDefault(WEIGHT, Double.NaN),
                        state.metrics().getOrDefault(SCORE, Double.NaN))))
        .orElse(null);
  }

  @Override
  public void restore() {
    TrainingCheckpoint kept =
        parts
            .latest()
            .orElseThrow(
                () ->
                    CheckpointException.because(
                        "the weights that did best are gone from the output directory's 'best'"));
    parts.load(kept);
    strategy.prepare(model);
  }

  @Override
  public void close() {
    parts.close();
  }
}
