package ai.cresset.nn.layer;

import ai.cresset.error.ConfigException;
import ai.cresset.memory.Scope;
import ai.cresset.nn.Layer;
import ai.cresset.nn.Parameter;
import ai.cresset.nn.Placement;
import ai.cresset.nn.functional.Layers;
import ai.cresset.nn.init.Init;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;

/**
 * A table of vectors looked up by number ({@code torch.nn.Embedding}).
 *
 * <p>Input integers of any shape in {@code [0, numEmbeddings)}, output {@code [..., features]}.
 * Parameter: {@code weight} {@code [numEmbeddings, features]}, normal(0, 1); the padding row is 0
 * and gets no gradient.
 */
public final class Embedding extends Layer {
  private static final long NO_PADDING = -1;

  private final Parameter weight;
  private final long paddingIdx;

  public Embedding(long numEmbeddings, long features) {
    this(numEmbeddings, features, Placement.DEFAULT);
  }

  public Embedding(long numEmbeddings, long features, Placement placement) {
    this(numEmbeddings, features, placement, NO_PADDING);
  }

  /** With a row that stands for padding; a negative number counts from the end. */
  public Embedding(long numEmbeddings, long features, long paddingIdx) {
    this(numEmbeddings, features, Placement.DEFAULT, resolved(paddingIdx, numEmbeddings));
  }

  /** With a row that stands for padding; a negative number counts from the end. */
  public Embedding(long numEmbeddings, long features, long paddingIdx, Placement placement) {
    this(numEmbeddings, features, placement, resolved(paddingIdx, numEmbeddings));
  }

  private Embedding(long numEmbeddings, long features, Placement placement, long padding) {
    paddingIdx = padding;
    weight = parameter("weight", Tensor.empty(placement.spec(numEmbeddings, features)));
    Init.normal(weight, 0, 1);
    if (padding != NO_PADDING) {
      try (Scope scope = Scope.open("Embedding");
          GradMode.Restore off = GradMode.disable()) {
        weight.select(0, padding).zero_();
      }
    }
  }

  private static long resolved(long paddingIdx, long numEmbeddings) {
    long row = paddingIdx < 0 ? paddingIdx + numEmbeddings : paddingIdx;
    if (row < 0 || row >= numEmbeddings) {
      throw ConfigException.value(
          "Embedding.paddingIdx", paddingIdx, "a row of " + numEmbeddings + " embeddings");
    }
    return row;
  }

  public Parameter weight() {
    return weight;
  }

  @Override
  protected Tensor forward(Tensor input) {
    return Layers.embedding(input, value(weight), paddingIdx);
  }

  @Override
  protected String settings() {
    return weight.size(0) + ", " + weight.size(1);
  }
}
