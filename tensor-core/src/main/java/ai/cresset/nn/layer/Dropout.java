package ai.cresset.nn.layer;

import ai.cresset.error.ConfigException;
import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.functional.Layers;
import ai.cresset.nn.functional.TensorPart;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.HookHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Sets elements to 0 at random while training and scales the others up ({@code torch.nn.Dropout}).
 * Any shape; draws from the thread's generator.
 */
public final class Dropout extends Layer {
  private final double probability;
  private final List<UnaryOperator<TensorPart>> places = new ArrayList<>();

  /**
   * A dropout layer.
   *
   * @param probability of an element to become 0, in [0, 1]
   */
  public Dropout(double probability) {
    if (!(probability >= 0 && probability <= 1)) {
      throw ConfigException.value("dropout", probability, "a probability in [0, 1]");
    }
    this.probability = probability;
  }

  /**
   * Says what inputs are a part of, until the result is closed: decisions are then those for these
   * elements of the whole. A place that is given later lies inside of those before.
   */
  public HookHandle partOf(UnaryOperator<TensorPart> place) {
    UnaryOperator<TensorPart> own = part -> place.apply(part); // to be found again
    places.add(own);
    return () -> places.remove(own);
  }

  @Override
  protected Tensor forward(Tensor input) {
    if (places.isEmpty()) {
      return Layers.dropout(input, probability, isTraining());
    }
    TensorPart part = TensorPart.all(input.shape());
    for (int i = places.size() - 1; i >= 0; i--) {
      part = places.get(i).apply(part);
    }
    return Layers.dropout(input, probability, isTraining(), part);
  }

  @Override
  protected String settings() {
    return Double.toString(probability);
  }

  @Override
  public void describe(ModuleDescription description) {
    description.number("probability", probability);
  }
}
