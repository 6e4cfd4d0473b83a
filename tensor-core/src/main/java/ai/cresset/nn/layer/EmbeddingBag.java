package ai.cresset.nn.layer;

import ai.cresset.nn.Module;
import ai.cresset.nn.Parameter;
import ai.cresset.nn.Placement;
import ai.cresset.nn.init.Init;
import ai.cresset.tensor.Tensor;

/**
 * Rows of a table by their number, reduced bag by bag ({@code torch.nn.EmbeddingBag}).
 *
 * <p>Input integers {@code [bags, size]}, or {@code [n]} with offsets {@code [bags]}; output {@code
 * [bags, features]}. Parameter: {@code weight} {@code [numEmbeddings, features]}, normal(0, 1).
 */
public final class EmbeddingBag extends Module {
  private final ai.cresset.tensor.EmbeddingBag mode;
  private final Parameter weight;

  /** Averages. */
  public EmbeddingBag(long numEmbeddings, long features) {
    this(numEmbeddings, features, ai.cresset.tensor.EmbeddingBag.MEAN, Placement.DEFAULT);
  }

  public EmbeddingBag(
      long numEmbeddings, long features, ai.cresset.tensor.EmbeddingBag mode, Placement placement) {
    this.mode = mode;
    weight = parameter("weight", Tensor.empty(placement.spec(numEmbeddings, features)));
    Init.normal(weight, 0, 1);
  }

  public Parameter weight() {
    return weight;
  }

  /** Bags of one size, {@code [bags, size]}. */
  public Tensor call(Tensor input) {
    return scoped(() -> mode.of(input, value(weight)));
  }

  /** Bags of a vector {@code [n]} that begin at {@code offsets} {@code [bags]}. */
  public Tensor call(Tensor input, Tensor offsets) {
    return scoped(() -> mode.of(input, value(weight), offsets));
  }

  @Override
  protected String settings() {
    return weight.size(0) + ", " + weight.size(1) + ", " + mode;
  }
}
