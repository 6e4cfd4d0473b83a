package ai.cresset.model;

import ai.cresset.nn.Layer;
import ai.cresset.nn.Module;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.Placement;
import ai.cresset.nn.activation.Relu;
import ai.cresset.nn.container.ModuleList;
import ai.cresset.nn.container.Sequential;
import ai.cresset.nn.functional.Losses;
import ai.cresset.nn.layer.Linear;
import ai.cresset.tensor.Creation;
import ai.cresset.tensor.Functional;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Retrieval: one tower for who asks, one for what is asked for, and the cosine between what they
 * end in. Items can be encoded once and searched later. Trained with the other items of the batch
 * as wrong answers. Source: Yi et al., "Sampling-bias-corrected neural modeling for large corpus
 * item recommendations", RecSys 2019.
 *
 * <p>Input ids int64 {@code [batch]} for each table (any layer from ids to {@code [batch, width]}).
 * Children: {@code queryTables}, {@code itemTables}, {@code query}, {@code item}.
 */
public final class TwoTower extends Module {
  private static final double SMALL = 1e-12;

  private final TwoTowerConfig config;
  private final List<Layer> queryTables;
  private final List<Layer> itemTables;
  private final Sequential query;
  private final Sequential item;

  /** A model that owns its tables, at least one for each tower. */
  public TwoTower(
      List<? extends Layer> queryTables,
      List<? extends Layer> itemTables,
      TwoTowerConfig config,
      Placement placement) {
    this.config = config;
    this.queryTables = List.copyOf(queryTables);
    this.itemTables = List.copyOf(itemTables);
    child("queryTables", new ModuleList<>(this.queryTables));
    child("itemTables", new ModuleList<>(this.itemTables));
    query = child("query", tower(queryTables.size(), config, placement));
    item = child("item", tower(itemTables.size(), config, placement));
  }

  public TwoTower(
      List<? extends Layer> queryTables, List<? extends Layer> itemTables, TwoTowerConfig config) {
    this(queryTables, itemTables, config, Placement.DEFAULT);
  }

  private static Sequential tower(int tables, TwoTowerConfig config, Placement placement) {
    List<Layer> layers = new ArrayList<>();
    long features = (long) tables * config.width();
    for (int size : config.hidden()) {
      layers.add(new Linear(features, size, true, placement));
      layers.add(new Relu());
      features = size;
    }
    layers.add(new Linear(features, config.features(), true, placement));
    return new Sequential(layers.toArray(Layer[]::new));
  }

  /** What the first tower makes of ids: {@code [batch, features]}, of length 1. */
  public Tensor queries(List<Tensor> ids) {
    return scoped(() -> encode(queryTables, query, ids));
  }

  /** What the second tower makes of ids: {@code [batch, features]}, of length 1. */
  public Tensor items(List<Tensor> ids) {
    return scoped(() -> encode(itemTables, item, ids));
  }

  private static Tensor encode(List<Layer> tables, Sequential tower, List<Tensor> ids) {
    List<Tensor> rows = new ArrayList<>();
    for (int i = 0; i < tables.size(); i++) {
      rows.add(tables.get(i).call(ids.get(i)));
    }
    Tensor made = tower.call(rows.size() == 1 ? rows.get(0) : Functional.cat(rows, 1));
    Tensor length = made.square().sum(new int[] {1}, true).add(SMALL).sqrt();
    return made.div(length);
  }

  /** Scores of all pairs, {@code [batch of queries, batch of items]}. */
  public Tensor call(List<Tensor> queryIds, List<Tensor> itemIds) {
    return scoped(
        () ->
            encode(queryTables, query, queryIds)
                .matmul(encode(itemTables, item, itemIds).transpose(0, 1))
                .div(config.temperature()));
  }

  /** The loss of pairs that belong together, row by row. */
  public Loss loss(List<Tensor> queryIds, List<Tensor> itemIds) {
    return scopedLoss(
        () -> {
          Tensor scores = call(queryIds, itemIds);
          return Losses.crossEntropy(
              scores, Creation.arange(0, scores.size(0), 1, scores.device()), null, -100, 0);
        });
  }

  @Override
  public void describe(ModuleDescription description) {
    description
        .modules("queryTables", queryTables)
        .modules("itemTables", itemTables)
        .options("config", config);
  }
}
