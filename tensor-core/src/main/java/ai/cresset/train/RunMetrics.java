package ai.cresset.train;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The figures of a run as a checkpoint stores them. */
final class RunMetrics {
  static final String FIRST = "first_validation";
  static final String LAST = "validation";

  /** Begins the names of what a schedule remembers. */
  private static final String SCHEDULE = "schedule_";

  /** Begins the names of what callbacks remember. */
  private static final String CALLBACK = "callback_";

  private RunMetrics() {}

  static Map<String, Double> of(
      StepReport step,
      @Nullable Evaluation first,
      @Nullable Evaluation last,
      Map<String, Double> schedule,
      Map<String, Double> callbacks) {
    Map<String, Double> metrics = new TreeMap<>();
    metrics.put("training_loss", step.loss());
    put(metrics, FIRST, first);
    put(metrics, LAST, last);
    schedule.forEach(
        (name, number) -> {
          if (!name.equals("step")) {
            metrics.put(SCHEDULE + name, number);
          }
        });
    callbacks.forEach((name, number) -> metrics.put(CALLBACK + name, number));
    return metrics;
  }

  /** What callbacks remember. */
  static Map<String, Double> callbacks(Map<String, Double> metrics) {
    return startingWith(CALLBACK, metrics);
  }

  private static Map<String, Double> startingWith(String start, Map<String, Double> metrics) {
    Map<String, Double> found = new TreeMap<>();
    metrics.forEach(
        (name, number) -> {
          if (name.startsWith(start)) {
            found.put(name.substring(start.length()), number);
          }
        });
    return found;
  }

  private static void put(
      Map<String, Double> metrics, String name, @Nullable Evaluation evaluation) {
    if (evaluation != null && Double.isFinite(evaluation.loss())) {
      metrics.put(name + "_loss", evaluation.loss());
      metrics.put(name + "_weight", evaluation.weight());
      if (Double.isFinite(evaluation.score())) {
        metrics.put(name + "_score", evaluation.score());
      }
    }
  }

  static @Nullable Evaluation evaluation(Map<String, Double> metrics, String name) {
    Double loss = metrics.get(name + "_loss");
    Double weight = metrics.get(name + "_weight");
    return loss == null || weight == null
        ? null
        : new Evaluation(loss, weight, metrics.getOrDefault(name + "_score", Double.NaN));
  }

  /** The state of the schedule of a checkpoint after this many steps. */
  static Map<String, Double> schedule(Map<String, Double> metrics, long step) {
    Map<String, Double> state = startingWith(SCHEDULE, metrics);
    state.put("step", (double) step);
    return state;
  }
}
