package ai.cresset.model;

import ai.cresset.nn.Layer;
import ai.cresset.nn.Module;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.Placement;
import ai.cresset.nn.activation.Relu;
import ai.cresset.nn.container.ModuleList;
import ai.cresset.nn.container.Sequential;
import ai.cresset.nn.layer.Dropout;
import ai.cresset.nn.layer.Embedding;
import ai.cresset.nn.layer.Linear;
import ai.cresset.nn.norm.LayerNorm;
import ai.cresset.tensor.Functional;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A multilayer perceptron on rows of a table: numbers go in as they are, each category as a vector
 * of its own, trained ({@code embeddings.0.weight}, ...) or with a single 1.
 *
 * <p>Input numbers {@code [batch, numbers]} and categories int64 {@code [batch, columns]}, output
 * {@code [batch, outputs]}. Children: {@code embeddings}, and {@code layers}, a Sequential.
 */
public final class TableMlp extends Module {
  private final TableMlpConfig config;
  private final List<Embedding> embeddings = new ArrayList<>();
  private final Sequential layers;
  private final Linear last;

  public TableMlp(TableMlpConfig config) {
    this(config, Placement.DEFAULT);
  }

  public TableMlp(TableMlpConfig config, Placement placement) {
    this.config = config;
    if (config.embeddingWidth() > 0) {
      for (long size : config.categories()) {
        embeddings.add(new Embedding(size, config.embeddingWidth(), placement));
      }
    }
    child("embeddings", new ModuleList<>(embeddings));
    List<Layer> made = new ArrayList<>();
    long features = config.inputs();
    for (int size : config.hidden()) {
      made.add(new Linear(features, size, true, placement));
      if (config.norm()) {
        made.add(new LayerNorm(size, true, placement));
      }
      made.add(new Relu());
      made.add(new Dropout(config.dropout()));
      features = size;
    }
    last = new Linear(features, config.outputs(), true, placement);
    made.add(last);
    layers = child("layers", new Sequential(made.toArray(Layer[]::new)));
  }

  /**
   * Runs the model; the result belongs to the caller's scope.
   *
   * @param numbers {@code [batch, numbers]}; null if there are no numeric columns
   * @param categories int64 {@code [batch, columns]}; null if there are no categorical columns
   */
  public Tensor call(@Nullable Tensor numbers, @Nullable Tensor categories) {
    return scoped(
        () -> {
          List<Tensor> inputs = new ArrayList<>();
          if (numbers != null) {
            inputs.add(numbers.to(type()));
          }
          if (categories != null) {
            for (int i = 0; i < config.categories().size(); i++) {
              inputs.add(category(i, categories.select(1, i)));
            }
          }
          return layers.call(inputs.size() == 1 ? inputs.get(0) : Functional.cat(inputs, 1));
        });
  }

  /** The type of the weights, which may have been cast since they were made. */
  private DType type() {
    return last.weight().dtype();
  }

  private Tensor category(int column, Tensor values) {
    return embeddings.isEmpty()
        ? Functional.oneHot(values, config.categories().get(column)).to(type())
        : embeddings.get(column).call(values);
  }

  @Override
  public void describe(ModuleDescription description) {
    description.options("config", config);
  }
}
