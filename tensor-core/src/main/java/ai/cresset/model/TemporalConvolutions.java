package ai.cresset.model;

import ai.cresset.nn.Layer;
import ai.cresset.nn.Placement;
import ai.cresset.nn.container.Sequential;
import ai.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * A temporal convolutional network (Bai, Kolter and Koltun, "An empirical evaluation of generic
 * convolutional and recurrent networks for sequence modeling", 2018, without weight norms): each
 * block sees twice as far back as the one before. {@code [batch, length, features]} to what the
 * last block knows at the last step, {@code [batch, width]}. Child {@code blocks}.
 */
final class TemporalConvolutions extends Layer {
  private final Sequential blocks;

  TemporalConvolutions(ForecasterConfig config, Placement placement) {
    List<Layer> made = new ArrayList<>();
    long features = config.numFeatures();
    for (int i = 0; i < config.numLayers(); i++) {
      made.add(
          new TemporalBlock(
              features, config.width(), config.kernel(), 1 << i, config.dropout(), placement));
      features = config.width();
    }
    blocks = child("blocks", new Sequential(made.toArray(Layer[]::new)));
  }

  @Override
  protected Tensor forward(Tensor steps) {
    return blocks.call(steps.transpose(1, 2)).select(2, -1);
  }
}
