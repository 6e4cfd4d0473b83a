package ai.cresset.nn.layer;

import ai.cresset.error.ConfigException;
import ai.cresset.error.ShapeException;
import ai.cresset.nn.Module;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.Parameter;
import ai.cresset.nn.Placement;
import ai.cresset.nn.functional.Layers;
import ai.cresset.nn.init.Init;
import ai.cresset.tensor.Creation;
import ai.cresset.tensor.Functional;
import ai.cresset.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a table by their number, reduced bag by bag ({@code torch.nn.EmbeddingBag}).
 *
 * <p>Input integers {@code [bags, size]}, or {@code [n]} with offsets {@code [bags]}; output {@code
 * [bags, features]}. Parameter: {@code weight} {@code [numEmbeddings, features]}, normal(0, 1); the
 * padding row is 0 and does not count.
 */
public final class EmbeddingBag extends Module {
  private final ai.cresset.tensor.EmbeddingBag mode;
  private final EmbeddingOptions options;
  private final boolean includeLastOffset;
  private final long paddingRow;
  private final Parameter weight;

  /** Averages. */
  public EmbeddingBag(long numEmbeddings, long features) {
    this(numEmbeddings, features, ai.cresset.tensor.EmbeddingBag.MEAN, Placement.DEFAULT);
  }

  public EmbeddingBag(
      long numEmbeddings, long features, ai.cresset.tensor.EmbeddingBag mode, Placement placement) {
    this(numEmbeddings, features, mode, EmbeddingOptions.DEFAULT, false, placement);
  }

  /**
   * Bags.
   *
   * @param options for MAX without {@link EmbeddingOptions#scaleGradByFrequency()}
   * @param includeLastOffset whether offsets end with the number of indices
   */
  public EmbeddingBag(
      long numEmbeddings,
      long features,
      ai.cresset.tensor.EmbeddingBag mode,
      EmbeddingOptions options,
      boolean includeLastOffset,
      Placement placement) {
    if (options.scaleGradByFrequency() && mode == ai.cresset.tensor.EmbeddingBag.MAX) {
      throw ConfigException.value("EmbeddingBag.scaleGradByFrequency", true, "false with mode MAX");
    }
    this.mode = mode;
    this.options = options;
    this.includeLastOffset = includeLastOffset;
    paddingRow = options.paddingRow(numEmbeddings);
    weight = parameter("weight", Tensor.empty(placement.spec(numEmbeddings, features)));
    Init.normal(weight, 0, 1);
    Embedding.clearPadding(weight, paddingRow);
  }

  public Parameter weight() {
    return weight;
  }

  /** Bags of one size, {@code [bags, size]}. */
  public Tensor call(Tensor input) {
    return call(input, null, null);
  }

  /** Bags of a vector {@code [n]} that begin at {@code offsets} {@code [bags]}. */
  public Tensor call(Tensor input, Tensor offsets) {
    return call(input, offsets, null);
  }

  /**
   * Bags of weighted rows.
   *
   * @param offsets {@code [bags]} for a vector of indices, null for bags of one size
   * @param sampleWeights what rows are multiplied by, of the input's shape; for sums only
   */
  public Tensor call(Tensor input, @Nullable Tensor offsets, @Nullable Tensor sampleWeights) {
    return scoped(
        () -> {
          Tensor indices = input.flatten();
          Tensor starts = offsets;
          boolean ended = includeLastOffset;
          if (starts == null) {
            if (input.rank() != 2) {
              throw ShapeException.mismatch(
                  "EmbeddingBag", "[bags, size], or [n] with offsets", input.shape());
            }
            starts = Creation.arange(0, input.size(0), 1, input.device()).mul(input.size(1));
            ended = false;
          }
          Double maxNorm = options.maxNorm();
          Tensor table = value(weight);
          if (maxNorm != null) {
            Layers.renormalize(table, indices, maxNorm, options.normType());
          }
          Tensor scales = sampleWeights == null ? null : sampleWeights.flatten();
          return options.scaleGradByFrequency()
              ? scaledByFrequency(indices, table, starts, scales, ended)
              : mode.of(indices, table, starts, scales, paddingRow, ended);
        });
  }

  /** Bags of the rows that were read, one for each index, with a last row that does not count. */
  private Tensor scaledByFrequency(
      Tensor indices, Tensor table, Tensor starts, @Nullable Tensor scales, boolean ended) {
    Tensor rows = Layers.embeddingScaledByFrequency(indices, table, paddingRow);
    Tensor nothing = Tensor.zeros(rows.spec().withShape(rows.shape().with(0, 1)));
    long last = indices.numel();
    Tensor places = Creation.arange(0, last, 1, indices.device());
    Tensor counted = paddingRow < 0 ? places : places.maskedFill(indices.eq(paddingRow), last);
    return mode.of(counted, Functional.cat(List.of(rows, nothing), 0), starts, scales, last, ended);
  }

  @Override
  protected String settings() {
    return weight.size(0) + ", " + weight.size(1) + ", " + mode;
  }

  @Override
  public void describe(ModuleDescription description) {
    description
        .integer("numEmbeddings", weight.size(0))
        .integer("features", weight.size(1))
        .choice("mode", mode)
        .options("options", options)
        .flag("includeLastOffset", includeLastOffset);
  }
}
