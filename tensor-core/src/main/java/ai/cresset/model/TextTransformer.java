package ai.cresset.model;

import ai.cresset.error.ConfigException;
import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.Placement;
import ai.cresset.nn.attention.AttentionMasks;
import ai.cresset.nn.layer.Dropout;
import ai.cresset.nn.layer.Embedding;
import ai.cresset.nn.layer.Linear;
import ai.cresset.nn.norm.LayerNorm;
import ai.cresset.nn.transformer.TransformerEncoder;
import ai.cresset.nn.transformer.TransformerEncoderLayer;
import ai.cresset.nn.transformer.TransformerOptions;
import ai.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Classifies texts by the mean of what the encoder of a Transformer knows of their tokens, with
 * learned positions.
 *
 * <p>Input int64 {@code [batch, length]}, padded behind the text; output {@code [batch, classes]}.
 * Children {@code embedding}, {@code positions}, {@code encoder}, {@code fc}.
 */
public final class TextTransformer extends Layer {
  private static final long FEED_FORWARD = 4;
  private static final int[] SECOND = {1};

  private final TextTransformerConfig config;
  private final Embedding embedding;
  private final Embedding positions;
  private final Dropout dropout;
  private final TransformerEncoder encoder;
  private final Linear fc;

  public TextTransformer(TextTransformerConfig config) {
    this(config, Placement.DEFAULT);
  }

  public TextTransformer(TextTransformerConfig config, Placement placement) {
    this.config = config;
    long width = config.width();
    embedding = child("embedding", new Embedding(config.vocabularySize(), width, placement));
    positions = child("positions", new Embedding(config.maxLength(), width, placement));
    dropout = child("dropout", new Dropout(config.dropout()));
    TransformerOptions options =
        TransformerOptions.DEFAULT
            .withFeedForwardWidth(FEED_FORWARD * width)
            .withDropout(config.dropout())
            .withBatchFirst(true)
            .withNormFirst(true);
    List<TransformerEncoderLayer> layers = new ArrayList<>();
    for (int i = 0; i < config.numLayers(); i++) {
      layers.add(new TransformerEncoderLayer(width, config.numHeads(), options, placement));
    }
    encoder =
        child("encoder", new TransformerEncoder(layers, new LayerNorm(width, true, placement)));
    fc = child("fc", new Linear(width, config.numClasses(), true, placement));
  }

  public TextTransformerConfig config() {
    return config;
  }

  @Override
  protected Tensor forward(Tensor tokens) {
    long length = tokens.size(1);
    if (length > config.maxLength()) {
      throw ConfigException.value(
          "text length", length, "at most maxLength, " + config.maxLength());
    }
    Tensor hidden = tokens.eq(config.paddingIndex());
    // The first token is always read, so that a text of padding alone has a mean.
    Tensor place = Tensor.arange(length).to(tokens.device());
    Tensor masked = hidden.logicalAnd(place.gt(0));
    Tensor known = embedding.call(tokens).add(positions.call(place));
    Tensor states = encoder.call(dropout.call(known), AttentionMasks.keyPadding(masked));
    Tensor read = masked.logicalNot().to(states.dtype()).unsqueeze(-1);
    Tensor mean = states.mul(read).sum(SECOND, false).div(read.sum(SECOND, false));
    return fc.call(dropout.call(mean));
  }

  @Override
  protected String settings() {
    return "vocabulary " + config.vocabularySize() + ", classes " + config.numClasses();
  }

  @Override
  public void describe(ModuleDescription description) {
    description.options("config", config);
  }
}
