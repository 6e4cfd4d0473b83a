package ai.cresset.train;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The figures of a run as a checkpoint stores them. */
final class RunMetrics {
  static final String FIRST = "first_validation";
  static final String LAST = "validation";

  private RunMetrics() {}

  static Map<String, Double> of(
      StepReport step, @Nullable Evaluation first, @Nullable Evaluation last) {
    Map<String, Double> metrics = new TreeMap<>();
    metrics.put("training_loss", step.loss());
    put(metrics, FIRST, first);
    put(metrics, LAST, last);
    return metrics;
  }

  private static void put(
      Map<String, Double> metrics, String name, @Nullable Evaluation evaluation) {
    if (evaluation != null && Double.isFinite(evaluation.loss())) {
      metrics.put(name + "_loss", evaluation.loss());
      metrics.put(name + "_weight", evaluation.weight());
    }
  }

  static @Nullable Evaluation evaluation(Map<String, Double> metrics, String name) {
    Double loss = metrics.get(name + "_loss");
    Double weight = metrics.get(name + "_weight");
    return loss == null || weight == null ? null : new Evaluation(loss, weight);
  }
}
