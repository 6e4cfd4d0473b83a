package ai.cresset.nn.container;

import ai.cresset.nn.Layer;
import ai.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Layers one after the other, named {@code 0}, {@code 1}, ... ({@code torch.nn.Sequential}). The
 * input has the shape of the first one's, the output that of the last one's.
 */
public final class Sequential extends Layer {
  private final List<Layer> layers;

  public Sequential(Layer... layers) {
    this.layers = new ArrayList<>(List.of(layers));
    for (int i = 0; i < layers.length; i++) {
      child(Integer.toString(i), layers[i]);
    }
  }

  public Layer get(int index) {
    return layers.get(index);
  }

  /** Puts another layer in the place of one, which is closed. */
  public void set(int index, Layer layer) {
    replaceChild(Integer.toString(index), layer);
    layers.set(index, layer);
  }

  public int size() {
    return layers.size();
  }

  @Override
  protected Tensor forward(Tensor input) {
    Tensor value = input;
    for (Layer layer : layers) {
      value = layer.call(value);
    }
    return value;
  }
}
