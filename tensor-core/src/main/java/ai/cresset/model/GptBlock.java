package ai.cresset.model;

import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.Placement;
import ai.cresset.nn.attention.CausalSelfAttention;
import ai.cresset.nn.norm.LayerNorm;
import ai.cresset.tensor.Tensor;

/**
 * A transformer block with norms before its two parts: attention and feed-forward, each added to
 * its input. Input and output {@code [batch, length, width]}; children {@code ln_1}, {@code attn},
 * {@code ln_2}, {@code mlp}.
 */
public final class GptBlock extends Layer {
  private final GptConfig config;
  private final LayerNorm attentionNorm;
  private final CausalSelfAttention attention;
  private final LayerNorm feedForwardNorm;
  private final GptFeedForward feedForward;

  public GptBlock(GptConfig config, Placement placement) {
    this.config = config;
    long width = config.width();
    attentionNorm = child("ln_1", new LayerNorm(width, config.bias(), placement));
    attention =
        child(
            "attn",
            new CausalSelfAttention(
                width, config.numHeads(), config.dropout(), config.bias(), placement));
    feedForwardNorm = child("ln_2", new LayerNorm(width, config.bias(), placement));
    feedForward = child("mlp", new GptFeedForward(config, placement));
  }

  CausalSelfAttention attention() {
    return attention;
  }

  GptFeedForward feedForward() {
    return feedForward;
  }

  @Override
  protected Tensor forward(Tensor input) {
    Tensor mixed = input.add(attention.call(attentionNorm.call(input)));
    return mixed.add(feedForward.call(feedForwardNorm.call(mixed)));
  }

  @Override
  public void describe(ModuleDescription description) {
    description.options("config", config);
  }
}
