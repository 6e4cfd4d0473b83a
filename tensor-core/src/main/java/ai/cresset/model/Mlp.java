package ai.cresset.model;

import ai.cresset.error.ConfigException;
import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.Placement;
import ai.cresset.nn.activation.Relu;
import ai.cresset.nn.container.Sequential;
import ai.cresset.nn.layer.Linear;
import ai.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Linear layers with rectifiers between them. Input {@code [..., first size]}, output {@code [...,
 * last size]}. Names are those of PyTorch's {@code Sequential}, under {@code layers}: {@code
 * layers.0.weight}, {@code layers.2.weight}, ...
 */
public final class Mlp extends Layer {
  private final long[] sizes;
  private final Sequential layers;

  /** Layers between these sizes, such as 784, 512, 256, 10. */
  public Mlp(long... sizes) {
    this(Placement.DEFAULT, sizes);
  }

  public Mlp(Placement placement, long... sizes) {
    if (sizes.length < 2) {
      throw ConfigException.value("Mlp sizes", sizes.length, "an input size and an output size");
    }
    this.sizes = sizes.clone();
    List<Layer> made = new ArrayList<>();
    for (int i = 1; i < sizes.length; i++) {
      if (i > 1) {
        made.add(new Relu());
      }
      made.add(new Linear(sizes[i - 1], sizes[i], true, placement));
    }
    layers = child("layers", new Sequential(made.toArray(Layer[]::new)));
  }

  @Override
  protected Tensor forward(Tensor input) {
    return layers.call(input);
  }

  @Override
  public void describe(ModuleDescription description) {
    description.integers("sizes", sizes);
  }
}
