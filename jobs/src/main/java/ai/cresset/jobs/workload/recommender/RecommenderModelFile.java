package ai.cresset.jobs.workload.recommender;

import ai.cresset.jobs.feature.FittedFeature;
import ai.cresset.jobs.recipe.RecipeKind;
import ai.cresset.jobs.recipe.RecommenderModelSettings;
import ai.cresset.jobs.recipe.RecommenderModelSettings.Kind;
import ai.cresset.jobs.recipe.ServerSettings;
import ai.cresset.jobs.workload.ModelFile;
import ai.cresset.model.DeepFm;
import ai.cresset.model.RankingConfig;
import ai.cresset.model.WideAndDeep;
import ai.cresset.nn.Layer;
import ai.cresset.nn.Module;
import ai.cresset.nn.Placement;
import ai.cresset.parallel.server.EmbeddingTable;
import ai.cresset.parallel.server.RowInitializer;
import ai.cresset.parallel.server.ShardedEmbedding;
import ai.cresset.parallel.server.ShardedEmbeddingBag;
import ai.cresset.parallel.server.TableSpec;
import ai.cresset.tensor.EmbeddingBag;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.ArrayList;
import java.util.List;

/**
 * A model of clicks.
 *
 * @param numbers how many numeric columns there are
 * @param features the tables' names and sizes, without vocabularies
 * @param servers where the tables are
 * @param settings the recipe's section {@code model}
 */
@JsonTypeName("recommender")
public record RecommenderModelFile(
    int numbers,
    List<FittedFeature> features,
    ServerSettings servers,
    RecommenderModelSettings settings)
    implements ModelFile {
  public RecommenderModelFile {
    features =
        features.stream()
            .map(
                each ->
                    new FittedFeature(
                        each.name(), each.place(), each.many(), each.size(), List.of()))
            .toList();
  }

  @Override
  public RecipeKind recipe() {
    return RecipeKind.RECOMMENDER;
  }

  private RankingConfig config() {
    return new RankingConfig(numbers, settings.embeddingWidth(), settings.hidden());
  }

  /** What the servers hold. */
  public List<TableSpec> tables() {
    List<TableSpec> tables = new ArrayList<>();
    for (FittedFeature feature : features) {
      tables.add(
          TableSpec.sparse(
              feature.name(),
              feature.size(),
              config().tableWidth(),
              new RowInitializer.Gaussian(servers.initialDeviation()),
              servers.rowOptimizer()));
    }
    return tables;
  }

  @Override
  public Module build(Device device) {
    return build(tables().stream().map(EmbeddingTable::new).toList());
  }

  /** A model over tables that are bound later. */
  public Module build(List<EmbeddingTable> tables) {
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < features.size(); i++) {
      EmbeddingTable table = tables.get(i);
      layers.add(
          features.get(i).many()
              ? new ShardedEmbeddingBag(table, EmbeddingBag.MEAN)
              : new ShardedEmbedding(table));
    }
    Placement place = new Placement(DType.FLOAT32, Device.CPU);
    return settings.kind() == Kind.DEEP_FM
        ? new DeepFm(layers, config(), place)
        : new WideAndDeep(layers, config(), place);
  }
}
