package ai.cresset.model;

import ai.cresset.nn.Layer;
import ai.cresset.nn.Module;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.Placement;
import ai.cresset.nn.container.ModuleList;
import ai.cresset.nn.container.Sequential;
import ai.cresset.tensor.Functional;
import ai.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Clicks from many sparse columns: a factorization machine, linear and in pairs, beside a
 * perceptron on the same vectors. Source: Guo et al., "DeepFM: A Factorization-Machine based Neural
 * Network for CTR Prediction", IJCAI 2017.
 *
 * <p>A table is any layer from ids to rows of {@link RankingConfig#tableWidth}: an {@code
 * Embedding} in this process, or one whose rows are elsewhere. Input ids int64, {@code [batch]} or
 * what the table takes, and numbers {@code [batch, numbers]}; output logits {@code [batch]}.
 * Children: {@code tables}, and {@code deep}, a Sequential.
 */
public final class DeepFm extends Module {
  private final RankingConfig config;
  private final List<Layer> tables;
  private final Sequential deep;

  /**
   * A model that owns its tables.
   *
   * @param tables one for each column of ids, at least one
   */
  public DeepFm(List<? extends Layer> tables, RankingConfig config, Placement placement) {
    this.config = config;
    this.tables = List.copyOf(tables);
    child("tables", new ModuleList<>(this.tables));
    long inputs = (long) tables.size() * config.width() + config.numbers();
    deep = child("deep", RankingInputs.perceptron(inputs, config.hidden(), placement));
  }

  public DeepFm(List<? extends Layer> tables, RankingConfig config) {
    this(tables, config, Placement.DEFAULT);
  }

  /**
   * Runs the model; the result belongs to the caller's scope.
   *
   * @param numbers {@code [batch, numbers]}; null if there are no numeric columns
   * @param ids one tensor for each table
   */
  public Tensor call(@Nullable Tensor numbers, List<Tensor> ids) {
    return scoped(
        () -> {
          RankingInputs inputs = RankingInputs.of(tables, ids, config.width());
          List<Tensor> parts = new ArrayList<>(inputs.vectors());
          if (numbers != null) {
            parts.add(numbers);
          }
          Tensor output = deep.call(Functional.cat(parts, 1)).squeeze(1);
          return output.add(inputs.linear()).add(pairs(inputs.vectors()));
        });
  }

  /** The sum of the products of all pairs: half of (the square of the sum - the sum of squares). */
  private static Tensor pairs(List<Tensor> vectors) {
    Tensor all = Functional.stack(vectors, 1);
    Tensor sum = all.sum(new int[] {1}, false);
    Tensor squares = all.square().sum(new int[] {1}, false);
    return sum.square().sub(squares).sum(new int[] {1}, false).mul(0.5);
  }

  @Override
  public void describe(ModuleDescription description) {
    description.modules("tables", tables).options("config", config);
  }
}
