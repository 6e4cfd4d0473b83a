package ai.cresset.model;

import ai.cresset.error.ShapeException;
import ai.cresset.nn.Layer;
import ai.cresset.nn.Placement;
import ai.cresset.nn.activation.Relu;
import ai.cresset.nn.container.Sequential;
import ai.cresset.nn.layer.Linear;
import ai.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * What models of clicks do first: rows of all tables, as weights of the ids alone and as vectors.
 *
 * @param weights {@code [batch]} for each table
 * @param vectors {@code [batch, width]} for each table
 */
record RankingInputs(List<Tensor> weights, List<Tensor> vectors) {
  static RankingInputs of(List<? extends Layer> tables, List<Tensor> ids, int width) {
    if (ids.size() != tables.size()) {
      throw ShapeException.mismatch(
          "ids", tables.size() + " tensors, one for each table", ids.size());
    }
    List<Tensor> weights = new ArrayList<>();
    List<Tensor> vectors = new ArrayList<>();
    for (int i = 0; i < tables.size(); i++) {
      Tensor row = tables.get(i).call(ids.get(i));
      weights.add(row.select(1, 0));
      vectors.add(row.narrow(1, 1, width));
    }
    return new RankingInputs(weights, vectors);
  }

  /** Linear layers with rectifiers between them, and one number at the end. */
  static Sequential perceptron(long inputs, List<Integer> hidden, Placement placement) {
    List<Layer> layers = new ArrayList<>();
    long features = inputs;
    for (int size : hidden) {
      layers.add(new Linear(features, size, true, placement));
      layers.add(new Relu());
      features = size;
    }
    layers.add(new Linear(features, 1, true, placement));
    return new Sequential(layers.toArray(Layer[]::new));
  }

  /** The sum of the ids' own weights, {@code [batch]}. */
  Tensor linear() {
    Tensor sum = weights.get(0);
    for (int i = 1; i < weights.size(); i++) {
      sum = sum.add(weights.get(i));
    }
    return sum;
  }
}
