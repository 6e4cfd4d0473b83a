package ai.cresset.nn.layer;

import ai.cresset.nn.Layer;
import ai.cresset.nn.Parameter;
import ai.cresset.nn.Placement;
import ai.cresset.nn.functional.Layers;
import ai.cresset.nn.init.Init;
import ai.cresset.tensor.Tensor;

/**
 * A table of vectors looked up by number ({@code torch.nn.Embedding}).
 *
 * <p>Input integers of any shape in {@code [0, numEmbeddings)}, output {@code [..., features]}.
 * Parameter: {@code weight} {@code [numEmbeddings, features]}, normal(0, 1).
 */
public final class Embedding extends Layer {
  private final Parameter weight;

  public Embedding(long numEmbeddings, long features) {
    this(numEmbeddings, features, Placement.DEFAULT);
  }

  public Embedding(long numEmbeddings, long features, Placement placement) {
    weight = parameter("weight", Tensor.empty(placement.spec(numEmbeddings, features)));
    Init.normal(weight, 0, 1);
  }

  public Parameter weight() {
    return weight;
  }

  @Override
  protected Tensor forward(Tensor input) {
    return Layers.embedding(input, weight);
  }

  @Override
  protected String settings() {
    return weight.size(0) + ", " + weight.size(1);
  }
}
