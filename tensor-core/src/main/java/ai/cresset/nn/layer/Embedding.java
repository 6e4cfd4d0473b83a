package ai.cresset.nn.layer;

import ai.cresset.error.ShapeException;
import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.Parameter;
import ai.cresset.nn.Placement;
import ai.cresset.nn.functional.Layers;
import ai.cresset.nn.init.Init;
import ai.cresset.tensor.Tensor;

/**
 * A table of vectors looked up by number ({@code torch.nn.Embedding}).
 *
 * <p>Input integers of any shape in {@code [0, numEmbeddings)}, output {@code [..., features]}.
 * Parameter: {@code weight} {@code [numEmbeddings, features]}, normal(0, 1); the padding row is 0
 * and gets no gradient.
 */
public final class Embedding extends Layer {
  private final Parameter weight;
  private final EmbeddingOptions options;
  private final long paddingRow;

  public Embedding(long numEmbeddings, long features) {
    this(numEmbeddings, features, EmbeddingOptions.DEFAULT, Placement.DEFAULT);
  }

  public Embedding(long numEmbeddings, long features, Placement placement) {
    this(numEmbeddings, features, EmbeddingOptions.DEFAULT, placement);
  }

  /** With a row that stands for padding; a negative number counts from the end. */
  public Embedding(long numEmbeddings, long features, long paddingIdx) {
    this(numEmbeddings, features, paddingIdx, Placement.DEFAULT);
  }

  /** With a row that stands for padding; a negative number counts from the end. */
  public Embedding(long numEmbeddings, long features, long paddingIdx, Placement placement) {
    this(numEmbeddings, features, EmbeddingOptions.DEFAULT.withPaddingIdx(paddingIdx), placement);
  }

  public Embedding(
      long numEmbeddings, long features, EmbeddingOptions options, Placement placement) {
    this.options = options;
    paddingRow = options.paddingRow(numEmbeddings);
    weight = parameter("weight", Tensor.empty(placement.spec(numEmbeddings, features)));
    Init.normal(weight, 0, 1);
    clearPadding(weight, paddingRow);
  }

  private Embedding(Tensor table, boolean freeze, EmbeddingOptions options) {
    this.options = options;
    paddingRow = options.paddingRow(table.size(0));
    weight = parameter("weight", table);
    weight.requiresGrad(!freeze);
  }

  /**
   * A table that exists ({@code Embedding.from_pretrained}).
   *
   * @param table {@code [numEmbeddings, features]}, taken over by the layer
   * @param freeze whether it stays as it is, PyTorch's default
   */
  public static Embedding fromPretrained(Tensor table, boolean freeze, EmbeddingOptions options) {
    if (table.rank() != 2) {
      throw ShapeException.mismatch(
          "Embedding.fromPretrained", "[numEmbeddings, features]", table.shape());
    }
    return new Embedding(table, freeze, options);
  }

  static void clearPadding(Tensor weight, long row) {
    if (row >= 0) {
      Init.zeroRow(weight, row);
    }
  }

  public Parameter weight() {
    return weight;
  }

  public EmbeddingOptions options() {
    return options;
  }

  @Override
  protected Tensor forward(Tensor input) {
    Double maxNorm = options.maxNorm();
    Tensor table = value(weight);
    if (maxNorm != null) {
      Layers.renormalize(table, input, maxNorm, options.normType());
    }
    return options.scaleGradByFrequency()
        ? Layers.embeddingScaledByFrequency(input, table, paddingRow)
        : Layers.embedding(input, table, paddingRow);
  }

  @Override
  protected String settings() {
    return weight.size(0) + ", " + weight.size(1);
  }

  @Override
  public void describe(ModuleDescription description) {
    description
        .integer("numEmbeddings", weight.size(0))
        .integer("features", weight.size(1))
        .options("options", options);
  }
}
