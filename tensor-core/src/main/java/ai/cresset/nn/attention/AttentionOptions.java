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
 * @param keyValueBias whether a trained key and value stand behind all others ({@code add_bias_kv})
 * @param zeroAttention whether a key and value of zeros stand behind all others ({@code
 *     add_zero_attn})
 */
public record AttentionOptions(
    double dropout,
    boolean bias,
    boolean batchFirst,
    long keySize,
    long valueSize,
    boolean keyValueBias,
    boolean zeroAttention) {
  /** No dropout, biases, length first, features as those of queries. */
  public static final AttentionOptions DEFAULT =
      new AttentionOptions(0, true, false, 0, 0, false, false);

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
    return new AttentionOptions(
        probability, bias, batchFirst, keySize, valueSize, keyValueBias, zeroAttention);
  }

  public AttentionOptions withBias(boolean wanted) {
    return new AttentionOptions(
        dropout, wanted, batchFirst, keySize, valueSize, keyValueBias, zeroAttention);
  }

  public AttentionOptions withBatchFirst(boolean wanted) {
    return new AttentionOptions(
        dropout, bias, wanted, keySize, valueSize, keyValueBias, zeroAttention);
  }

  /** Features of keys and values. */
  public AttentionOptions withSizes(long ofKeys, long ofValues) {
    return new AttentionOptions(
        dropout, bias, batchFirst, ofKeys, ofValues, keyValueBias, zeroAttention);
  }

  /** A trained key and value behind all others. */
  public AttentionOptions withKeyValueBias(boolean wanted) {
    return new AttentionOptions(
        dropout, bias, batchFirst, keySize, valueSize, wanted, zeroAttention);
  }

  /** A key and value of zeros behind all others. */
  public AttentionOptions withZeroAttention(boolean wanted) {
    return new AttentionOptions(
        dropout, bias, batchFirst, keySize, valueSize, keyValueBias, wanted);
  }
}
