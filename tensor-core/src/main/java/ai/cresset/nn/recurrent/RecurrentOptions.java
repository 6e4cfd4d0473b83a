package ai.cresset.nn.recurrent;

import ai.cresset.error.ConfigException;

/**
 * What recurrent layers share.
 *
 * @param numLayers layers, each over the output of the one before
 * @param bias whether there are {@code bias_ih} and {@code bias_hh}
 * @param batchFirst whether sequences are {@code [batch, time, features]} instead of {@code [time,
 *     batch, features]}; states are not affected
 * @param dropout a probability in [0, 1), of outputs between layers in training
 * @param bidirectional whether a second direction runs from the end to the beginning
 */
public record RecurrentOptions(
    int numLayers, boolean bias, boolean batchFirst, double dropout, boolean bidirectional) {
  /** One layer with biases, time first, no dropout, one direction. */
  public static final RecurrentOptions DEFAULT = new RecurrentOptions(1, true, false, 0, false);

  public RecurrentOptions {
    if (numLayers < 1) {
      throw ConfigException.value("recurrent.numLayers", numLayers, "at least 1");
    }
    if (!(dropout >= 0 && dropout <= 1)) {
      throw ConfigException.value("recurrent.dropout", dropout, "a probability in [0, 1]");
    }
  }

  public RecurrentOptions withNumLayers(int number) {
    return new RecurrentOptions(number, bias, batchFirst, dropout, bidirectional);
  }

  public RecurrentOptions withBias(boolean wanted) {
    return new RecurrentOptions(numLayers, wanted, batchFirst, dropout, bidirectional);
  }

  public RecurrentOptions withBatchFirst(boolean wanted) {
    return new RecurrentOptions(numLayers, bias, wanted, dropout, bidirectional);
  }

  public RecurrentOptions withDropout(double probability) {
    return new RecurrentOptions(numLayers, bias, batchFirst, probability, bidirectional);
  }

  public RecurrentOptions withBidirectional(boolean wanted) {
    return new RecurrentOptions(numLayers, bias, batchFirst, dropout, wanted);
  }

  /** 1 or 2. */
  public int numDirections() {
    return bidirectional ? 2 : 1;
  }
}
