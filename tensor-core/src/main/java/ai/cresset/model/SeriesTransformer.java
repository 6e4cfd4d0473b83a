package ai.cresset.model;

import ai.cresset.nn.Layer;
import ai.cresset.nn.Placement;
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
 * The mean of what the encoder of a Transformer knows of all steps, with learned positions: {@code
 * [batch, length, features]} to {@code [batch, width]}. Children {@code input}, {@code positions},
 * {@code dropout} and {@code encoder}.
 */
final class SeriesTransformer extends Layer {
  private static final long FEED_FORWARD = 4;
  private static final int[] TIME = {1};

  private final Linear input;
  private final Embedding positions;
  private final Dropout dropout;
  private final TransformerEncoder encoder;

  SeriesTransformer(ForecasterConfig config, Placement placement) {
    long width = config.width();
    input = child("input", new Linear(config.numFeatures(), width, true, placement));
    positions = child("positions", new Embedding(config.context(), width, placement));
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
  }

  @Override
  protected Tensor forward(Tensor steps) {
    Tensor places = Tensor.arange(steps.size(1)).to(steps.device());
    Tensor known = input.call(steps).add(positions.call(places));
    return encoder.call(dropout.call(known)).mean(TIME, false);
  }
}
