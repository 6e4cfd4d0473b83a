package ai.cresset.jobs.train;

import ai.cresset.jobs.workload.Wording;
import ai.cresset.train.Evaluation;
import ai.cresset.train.TrainingSummary;
import java.util.Locale;

/**
 * What is said at the end of a run.
 *
 * @param account of the data
 * @param wording how it is told
 * @param result what rank 0 ended with
 * @param output the run's directory
 */
record TrainingReport(String account, Wording wording, TrainResult result, String output) {
  /** Several lines with a newline at the end. */
  String describe() {
    TrainingSummary summary = result.summary();
    Evaluation first = summary.firstEvaluation();
    Evaluation validation = result.validation();
    Evaluation test = result.test();
    StringBuilder lines = new StringBuilder(account).append('\n');
    line(
        lines,
        "steps       %,d%s",
        summary.steps(),
        summary.resumedFrom() == 0 ? "" : ", of which " + summary.resumedFrom() + " were done");
    line(
        lines,
        "samples     %s",
        summary.samples().describe(wording.samples(), summary.datasetSize()));
    if (!Double.isNaN(summary.trainingLoss())) {
      line(lines, "loss        %.4f in the last step", summary.trainingLoss());
      line(
          lines,
          "speed       %,.0f %s/s, %.1f s in all",
          summary.unitsPerSecond(),
          summary.unit(),
          summary.seconds());
    }
    if (first != null) {
      line(lines, "before      %s", wording.figures(first));
    }
    BestWeights.Best best = result.best();
    if (best != null) {
      line(
          lines,
          "best        after step %,d of %,d: %s; the figures below are those of its weights",
          best.step(),
          summary.steps(),
          wording.figures(best.evaluation()));
    }
    line(
        lines,
        "after       %s, on all %,.0f %s",
        wording.figures(validation),
        validation.weight(),
        wording.evaluated());
    if (test != null) {
      line(
          lines,
          "test        %s, on all %,.0f %s",
          wording.figures(test),
          test.weight(),
          wording.evaluated().replace("validation", "test"));
    }
    result.notes().forEach(note -> line(lines, "%s", note));
    line(lines, "output      %s", output);
    line(lines, "validation loss %.4f", validation.loss());
    if (test != null) {
      line(lines, "test %s", wording.score().describe(test));
    }
    if (!result.sample().isEmpty()) {
      lines.append("\nsample text\n").append(result.sample()).append('\n');
    }
    return lines.toString();
  }

  private static void line(StringBuilder lines, String format, Object... values) {
    lines.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
