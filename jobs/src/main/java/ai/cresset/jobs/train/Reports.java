package ai.cresset.jobs.train;

import ai.cresset.jobs.workload.Wording;
import ai.cresset.parallel.launch.Progress;
import ai.cresset.parallel.launch.WorkerContext;
import ai.cresset.parallel.strategy.Parallelize;
import ai.cresset.train.Evaluation;
import ai.cresset.train.ProgressListener;
import ai.cresset.train.ProgressReport;
import ai.cresset.train.TrainingCallback;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Tells the driver what the training loop does. */
final class Reports implements ProgressListener, TrainingCallback {
  static final String LOSS = "train.loss";
  static final String LEARNING_RATE = "learning_rate";
  static final String GRADIENT_NORM = "gradient_norm";
  static final String SPEED = "units_per_second";
  static final String SECONDS_LEFT = "seconds_left";
  static final String VALIDATION_LOSS = "validation.loss";
  static final String SCORE = "validation.score";

  private final WorkerContext context;
  private final long totalSteps;
  private final Wording wording;

  Reports(WorkerContext context, long totalSteps, Wording wording) {
    this.context = context;
    this.totalSteps = totalSteps;
    this.wording = wording;
  }

  /** Says how the workers divide the model, where they do. */
  void division(Parallelize parallel) {
    if ((parallel.sharded() != null || parallel.cutsModel()) && context.rank() == 0) {
      send(0, Map.of(), parallel.toString());
    }
  }

  /** Says something before the first step. */
  void say(String text) {
    if (context.rank() == 0) {
      send(0, Map.of(), text);
    }
  }

  @Override
  public void progress(ProgressReport report) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put(LOSS, report.loss());
    metrics.put(LEARNING_RATE, report.learningRate());
    metrics.put(SPEED, report.unitsPerSecond());
    metrics.put(SECONDS_LEFT, report.secondsLeft());
    Double norm = report.gradientNorm();
    if (norm != null) {
      metrics.put(GRADIENT_NORM, norm);
    }
    send(report.step(), metrics, "");
  }

  @Override
  public void onEvaluate(long step, Evaluation evaluation) {
    send(
        step,
        Map.of(VALIDATION_LOSS, evaluation.loss(), SCORE, wording.score().of(evaluation)),
        String.format(
            Locale.ROOT,
            "step %d: %s on %,.0f %s",
            step,
            wording.figures(evaluation),
            evaluation.weight(),
            wording.evaluated()));
  }

  @Override
  public void onCheckpoint(long step, String name) {
    send(step, Map.of(), "step " + step + ": checkpoint " + name);
  }

  private void send(long step, Map<String, Double> metrics, String message) {
    context.report(new Progress(context.rank(), step, totalSteps, metrics, message));
  }
}
