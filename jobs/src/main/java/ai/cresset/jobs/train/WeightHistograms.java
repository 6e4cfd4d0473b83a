package ai.cresset.jobs.train;

import ai.cresset.nn.Module;
import ai.cresset.report.Histogram;
import ai.cresset.train.Evaluation;
import ai.cresset.train.TrainingCallback;
import ai.cresset.type.DType;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/** How the weights of a model are spread, at each evaluation. */
final class WeightHistograms implements TrainingCallback {
  private final Module model;
  private final List<Named> seen = new ArrayList<>();

  WeightHistograms(Module model) {
    this.model = model;
  }

  /**
   * A parameter at a step.
   *
   * @param name {@code weights/} and the parameter's own
   */
  record Named(String name, long step, Histogram histogram) implements Serializable {
    /** Without the counts. */
    @Override
    public String toString() {
      return name + " " + step;
    }
  }

  @Override
  public void onEvaluate(long step, Evaluation evaluation) {
    model
        .namedParameters()
        .forEach(
            (name, parameter) ->
                seen.add(
                    new Named(
                        "weights/" + name,
                        step,
                        Histogram.of(parameter.detach().to(DType.FLOAT64).toDoubleArray()))));
  }

  List<Named> seen() {
    return List.copyOf(seen);
  }
}
