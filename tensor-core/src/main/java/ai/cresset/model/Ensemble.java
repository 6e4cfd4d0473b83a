package ai.cresset.model;

import ai.cresset.error.ConfigException;
import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.container.ModuleList;
import ai.cresset.tensor.Functional;
import ai.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Several classifiers that decide together: the mean of their probabilities. Input what each of
 * them takes, output {@code [..., classes]}, probabilities. Child {@code models}, a {@link
 * ModuleList}.
 */
public final class Ensemble extends Layer {
  private final ModuleList<Layer> models;

  /** Of these models, which this closes. */
  public Ensemble(List<? extends Layer> models) {
    if (models.isEmpty()) {
      throw ConfigException.value("ensemble", "no model", "at least one");
    }
    this.models = child("models", new ModuleList<>(models));
  }

  /** The scores of each model: {@code [models, ..., classes]}. */
  public Tensor scores(Tensor input) {
    return scoped(
        () -> {
          List<Tensor> all = new ArrayList<>();
          for (Layer model : models) {
            all.add(model.call(input));
          }
          return Functional.stack(all, 0);
        });
  }

  @Override
  protected Tensor forward(Tensor input) {
    return scores(input).softmax(-1).mean(new int[] {0}, false);
  }

  public int size() {
    return models.size();
  }

  @Override
  public void describe(ModuleDescription description) {
    description.modules("models", models.modules());
  }
}
