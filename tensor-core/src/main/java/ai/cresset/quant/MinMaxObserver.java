package ai.cresset.quant;

import ai.cresset.tensor.Tensor;

/** The least and the greatest value of all batches ({@code MinMaxObserver}). */
public final class MinMaxObserver implements Observer {
  private final QuantizedRange range;
  private final QuantizationScheme scheme;
  private final Extremes extremes = new Extremes();

  public MinMaxObserver(QuantizedRange range, QuantizationScheme scheme) {
    this.range = range;
    this.scheme = scheme;
  }

  @Override
  public void observe(Tensor values) {
    Extremes.Pair seen = Extremes.of(values);
    if (seen != null) {
      extremes.widen(seen);
    }
  }

  @Override
  public QuantizationParameters parameters() {
    Extremes.Pair all = extremes.seen();
    return QuantizationParameters.ofValues(range, scheme, all.low(), all.high());
  }
}
