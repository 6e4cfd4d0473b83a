package ai.cresset.model;

import ai.cresset.nn.Layer;
import ai.cresset.nn.Placement;
import ai.cresset.nn.activation.Gelu;
import ai.cresset.nn.layer.Dropout;
import ai.cresset.nn.layer.Linear;
import ai.cresset.tensor.Tensor;

/**
 * Two linear layers with a GELU between them, four times as wide inside. Input and output {@code
 * [batch, length, width]}; children {@code c_fc} and {@code c_proj}.
 */
final class GptFeedForward extends Layer {
  private final Linear widen;
  private final Gelu gelu;
  private final Linear narrow;
  private final Dropout dropout;

  GptFeedForward(GptConfig config, Placement placement) {
    long width = config.width();
    widen = child("c_fc", new Linear(width, 4 * width, config.bias(), placement));
    gelu = child("gelu", new Gelu(config.gelu()));
    narrow = child("c_proj", new Linear(4 * width, width, config.bias(), placement));
    dropout = child("dropout", new Dropout(config.dropout()));
  }

  Linear outputProjection() {
    return narrow;
  }

  @Override
  protected Tensor forward(Tensor input) {
    return dropout.call(narrow.call(gelu.call(widen.call(input))));
  }
}
