package ai.cresset.nn.attention;

import ai.cresset.error.ConfigException;

/**
 * How multi-head attention is built.
 *
 * @param dropout a probability in [0, 1], of attention weights in training
 * @param bias whether projections have one
 * @param batchFirst whether sequences are {@code [batch, length, features]} instead of {@code
 *     [length, batch, features]}
 * @param keySize features of keys; 0 for as many as queries have
 * @param valueSize features of values; 0 for as many as queries have
 */
public record AttentionOptions(
    double dropout, boolean bias, boolean batchFirst, long keySize, long valueSize) {
  /** No dropout, biases, length first, features as those of queries. */
  public static final AttentionOptions DEFAULT = new AttentionOptions(0, true, false, 0, 0);

  public AttentionOptions {
    if (!(dropout >= 0 && dropout <= 1)) {
      throw ConfigException.value("attention.dropout", dropout, "a probability in [0, 1]");
    }
    if (keySize < 0 || valueSize < 0) {
      throw ConfigException.value(
          "attention sizes", keySize + " and " + valueSize, "numbers of at least 0");
    }
  }

  public AttentionOptions withDropout(double probability) {
    return new AttentionOptions(probability, bias, batchFirst, keySize, valueSize);
  }

  public AttentionOptions withBias(boolean wanted) {
    return new AttentionOptions(dropout, wanted, batchFirst, keySize, valueSize);
  }

  public AttentionOptions withBatchFirst(boolean wanted) {
    return new AttentionOptions(dropout, bias, wanted, keySize, valueSize);
  }

  /** Features of keys and values. */
  public AttentionOptions withSizes(long ofKeys, long ofValues) {
    return new AttentionOptions(dropout, bias, batchFirst, ofKeys, ofValues);
  }
}
