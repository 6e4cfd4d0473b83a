package ai.cresset.nn.transformer;

import ai.cresset.nn.attention.AttentionMasks;

/**
 * The masks of a whole Transformer.
 *
 * @param source of the encoder's attention
 * @param target of the decoder's attention to itself
 * @param memory of the decoder's attention to the encoder's output
 */
public record TransformerMasks(
    AttentionMasks source, AttentionMasks target, AttentionMasks memory) {
  /** All is seen. */
  public static final TransformerMasks NONE =
      new TransformerMasks(AttentionMasks.NONE, AttentionMasks.NONE, AttentionMasks.NONE);

  public TransformerMasks withSource(AttentionMasks other) {
    return new TransformerMasks(other, target, memory);
  }

  public TransformerMasks withTarget(AttentionMasks other) {
    return new TransformerMasks(source, other, memory);
  }

  public TransformerMasks withMemory(AttentionMasks other) {
    return new TransformerMasks(source, target, other);
  }
}
