package ai.cresset.nn.container;

import ai.cresset.nn.Layer;
import ai.cresset.nn.Layered;
import ai.cresset.nn.Module;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.activation.Relu;
import ai.cresset.nn.norm.BatchNorm;
import ai.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Layers one after the other, named {@code 0}, {@code 1}, ... ({@code torch.nn.Sequential}). The
 * input has the shape of the first one's, the output that of the last one's.
 */
public final class Sequential extends Layer implements Layered {
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

  @Override
  public void replace(String name, Module module) {
    for (int i = 0; i < layers.size(); i++) {
      if (Integer.toString(i).equals(name) && module instanceof Layer layer) {
        set(i, layer);
        return;
      }
    }
    super.replace(name, module);
  }

  public int size() {
    return layers.size();
  }

  /** The layers, by their names. */
  @Override
  public List<Piece> pieces() {
    List<Piece> pieces = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      pieces.add(Piece.of(Integer.toString(i), layers.get(i)));
    }
    return pieces;
  }

  @Override
  protected Tensor forward(Tensor input) {
    Tensor value = input;
    for (int i = 0; i < layers.size(); i++) {
      if (layers.get(i) instanceof BatchNorm norm && isRectified(i)) {
        value = norm.callRectified(value);
        i++;
      } else {
        value = layers.get(i).call(value);
      }
    }
    return value;
  }

  /** Whether a ReLU and nothing else follows the layer. */
  private boolean isRectified(int index) {
    return index + 1 < layers.size()
        && layers.get(index + 1) instanceof Relu relu
        && relu.isPlain()
        && layers.get(index).isPlain();
  }

  @Override
  public void describe(ModuleDescription description) {
    description.modules("layers", layers);
  }
}
