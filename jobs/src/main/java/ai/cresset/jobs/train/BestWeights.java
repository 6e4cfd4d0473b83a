package ai.cresset.jobs.train;

import ai.cresset.jobs.workload.Score;
import ai.cresset.train.Evaluation;
import ai.cresset.train.TrainingCallback;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the weights that did best in an evaluation on validation data, and gives them back to the
 * model when training is over. They are stored, and a run that is resumed goes on from them.
 */
final class BestWeights implements TrainingCallback, AutoCloseable {
  private final Score score;
  private final Keeping keeping;
  private boolean begun;
  private @Nullable Best best;

  /**
   * What was best.
   *
   * @param step steps done then
   * @param evaluation what those weights gave
   */
  record Best(long step, Evaluation evaluation) implements Serializable {}

  /** Where weights are kept. Every rank calls the same methods in the same order. */
  interface Keeping extends AutoCloseable {
    /** Keeps the weights that the model has, and forgets those before. */
    void keep(Best found);

    /** What an earlier attempt kept, from now on kept here; null if there is nothing. */
    @Nullable Best read();

    /** Gives the model the weights that were kept last; nothing without any. */
    void restore();

    @Override
    void close();
  }

  /**
   * Begins to watch.
   *
   * @param keeping closed with this
   */
  BestWeights(Score score, Keeping keeping) {
    this.score = score;
    this.keeping = keeping;
  }

  @Override
  public void beforeStep(long step) {
    if (!begun && step > 0) {
      best = keeping.read();
    }
    begun = true;
  }

  @Override
  public void onEvaluate(long step, Evaluation evaluation) {
    if (step == 0) {
      return; // what was not trained is no choice
    }
    Best before = best;
    boolean better =
        before == null
            ? Double.isFinite(evaluation.loss())
            : score.isBetter(evaluation, before.evaluation());
    if (better) {
      Best found = new Best(step, evaluation);
      keeping.keep(found);
      best = found;
    }
  }

  /** Gives the model the best weights; null if there was no evaluation. */
  @Nullable Best restore() {
    if (best != null) {
      keeping.restore();
    }
    return best;
  }

  @Override
  public void close() {
    keeping.close();
  }
}
