package ai.cresset.nn.transformer;

import ai.cresset.error.ConfigException;
import ai.cresset.nn.Placement;
import ai.cresset.nn.attention.AttentionOptions;
import ai.cresset.nn.norm.LayerNorm;

/**
 * How the layers of a Transformer are built.
 *
 * @param feedForwardWidth features between the two linear layers
 * @param dropout a probability in [0, 1], of attention weights and of what is added to the input
 * @param activation between the two linear layers
 * @param epsilon of layer norms
 * @param batchFirst whether sequences are {@code [batch, length, width]} instead of {@code [length,
 *     batch, width]}
 * @param normFirst whether norms stand before attention and feed-forward instead of behind the sums
 * @param bias whether linear layers and norms have one
 */
public record TransformerOptions(
    long feedForwardWidth,
    double dropout,
    FeedForwardActivation activation,
    double epsilon,
    boolean batchFirst,
    boolean normFirst,
    boolean bias) {
  /** PyTorch's defaults. */
  public static final TransformerOptions DEFAULT =
      new TransformerOptions(2048, 0.1, FeedForwardActivation.RELU, 1e-5, false, false, true);

  public TransformerOptions {
    if (feedForwardWidth < 1) {
      throw ConfigException.value("transformer.feedForwardWidth", feedForwardWidth, "at least 1");
    }
    if (!(dropout >= 0 && dropout <= 1)) {
      throw ConfigException.value("transformer.dropout", dropout, "a probability in [0, 1]");
    }
  }

  public TransformerOptions withFeedForwardWidth(long width) {
    return new TransformerOptions(width, dropout, activation, epsilon, batchFirst, normFirst, bias);
  }

  public TransformerOptions withDropout(double probability) {
    return new TransformerOptions(
        feedForwardWidth, probability, activation, epsilon, batchFirst, normFirst, bias);
  }

  public TransformerOptions withActivation(FeedForwardActivation other) {
    return new TransformerOptions(
        feedForwardWidth, dropout, other, epsilon, batchFirst, normFirst, bias);
  }

  public TransformerOptions withEpsilon(double other) {
    return new TransformerOptions(
        feedForwardWidth, dropout, activation, other, batchFirst, normFirst, bias);
  }

  public TransformerOptions withBatchFirst(boolean wanted) {
    return new TransformerOptions(
        feedForwardWidth, dropout, activation, epsilon, wanted, normFirst, bias);
  }

  public TransformerOptions withNormFirst(boolean wanted) {
    return new TransformerOptions(
        feedForwardWidth, dropout, activation, epsilon, batchFirst, wanted, bias);
  }

  public TransformerOptions withBias(boolean wanted) {
    return new TransformerOptions(
        feedForwardWidth, dropout, activation, epsilon, batchFirst, normFirst, wanted);
  }

  AttentionOptions attention() {
    return AttentionOptions.DEFAULT.withDropout(dropout).withBias(bias).withBatchFirst(batchFirst);
  }

  LayerNorm norm(long width, Placement placement) {
    return new LayerNorm(width, bias, epsilon, placement);
  }
}
