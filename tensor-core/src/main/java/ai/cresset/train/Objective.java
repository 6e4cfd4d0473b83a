package ai.cresset.train;

import ai.cresset.data.Batch;
import ai.cresset.tensor.Loss;
import java.util.List;

/** What is minimised: from a batch to its loss, as a sum and a weight. */
@FunctionalInterface
public interface Objective {
  /**
   * The loss of a batch, with a graph to the model's parameters while gradients are recorded. Of a
   * loss that is only known as a mean, return {@code new Loss(mean.mul(rows), rows)}.
   */
  Loss loss(Batch batch);

  /** Loss and score of a batch that is not trained on; without a score if nothing else is said. */
  default ScoredLoss evaluate(Batch batch) {
    return new ScoredLoss(loss(batch), Double.NaN);
  }

  /**
   * Who takes turns in each step, in this order, each with parameters and a loss of its own. Empty
   * if all parameters follow {@link #loss}; if not, that one is what evaluations show.
   */
  default List<Player> players() {
    return List.of();
  }
}
