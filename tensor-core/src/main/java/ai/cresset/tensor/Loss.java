package ai.cresset.tensor;

import ai.cresset.error.ConfigException;
import ai.cresset.error.ShapeException;

/**
 * A loss as a sum and what to divide it by. Kept apart until all workers' parts are added, so that
 * uneven and empty shards give exactly the gradient of one process.
 *
 * @param sum the summed loss, a scalar with a graph
 * @param weight how much it counts: rows, tokens or summed class weights; 0 for an empty shard
 */
public record Loss(Tensor sum, double weight) {
  public Loss {
    if (sum.numel() != 1) {
      throw ShapeException.mismatch("Loss", "a sum of one element", sum.spec());
    }
    if (!(weight >= 0)) {
      throw ConfigException.value("Loss.weight", weight, "a number of at least 0");
    }
  }

  /** The mean loss, a scalar with a graph; NaN for a weight of 0, as in PyTorch. */
  public Tensor mean() {
    return sum.div(weight);
  }
}
