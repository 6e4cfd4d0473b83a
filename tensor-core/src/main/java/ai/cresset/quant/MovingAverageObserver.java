package ai.cresset.quant;

import ai.cresset.error.ConfigException;
import ai.cresset.tensor.Tensor;

/**
 * Moving averages of the least and the greatest value of a batch ({@code
 * MovingAverageMinMaxObserver}).
 */
public final class MovingAverageObserver implements Observer {
  private final QuantizedRange range;
  private final QuantizationScheme scheme;
  private final float weight;
  private final Extremes extremes = new Extremes();

  /**
   * An observer.
   *
   * @param weight of each batch after the first, in (0, 1]; PyTorch's is 0.01
   */
  public MovingAverageObserver(QuantizedRange range, QuantizationScheme scheme, double weight) {
    if (!(weight > 0 && weight <= 1)) {
      throw ConfigException.value("moving average weight", weight, "a number in (0, 1]");
    }
    this.range = range;
    this.scheme = scheme;
    this.weight = (float) weight;
  }

  @Override
  public void observe(Tensor values) {
    Extremes.Pair seen = Extremes.of(values);
    if (seen != null) {
      extremes.approach(seen, weight);
    }
  }

  @Override
  public QuantizationParameters parameters() {
    Extremes.Pair all = extremes.seen();
    return QuantizationParameters.ofValues(range, scheme, all.low(), all.high());
  }
}
