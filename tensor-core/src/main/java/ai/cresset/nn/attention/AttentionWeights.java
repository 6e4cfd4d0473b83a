package ai.cresset.nn.attention;

/** Which weights multi-head attention gives beside its output. */
public enum AttentionWeights {
  /** None, which lets the fused kernel run. */
  NONE,
  /** The heads' average, {@code [batch, queries, keys]}. */
  AVERAGED,
  /** Those of each head, {@code [batch, heads, queries, keys]}. */
  PER_HEAD
}
