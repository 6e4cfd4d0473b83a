package ai.cresset.jobs.train;

import ai.cresset.jobs.text.TextSummary;
import ai.cresset.train.Evaluation;
import ai.cresset.train.TrainingSummary;
import java.util.Locale;

/**
 * What is said at the end of a run.
 *
 * @param text the account of the text
 * @param result what rank 0 ended with
 * @param output the run's directory
 */
record TrainingReport(TextSummary text, TrainResult result, String output) {
  /** Several lines with a newline at the end. */
  String describe() {
    TrainingSummary summary = result.summary();
    Evaluation first = summary.firstEvaluation();
    Evaluation validation = result.validation();
    StringBuilder lines = new StringBuilder(text.describe()).append('\n');
    line(
        lines,
        "steps       %,d%s",
        summary.steps(),
        summary.resumedFrom() == 0 ? "" : ", of which " + summary.resumedFrom() + " were done");
    line(lines, "samples     %s", summary.samples().describe("windows", summary.datasetSize()));
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
      line(lines, "before      loss %.4f, perplexity %.2f", first.loss(), first.perplexity());
    }
    line(
        lines,
        "after       loss %.4f, perplexity %.2f, on all %,.0f tokens of validation text",
        validation.loss(),
        validation.perplexity(),
        validation.weight());
    line(lines, "output      %s", output);
    line(lines, "validation loss %.4f", validation.loss());
    if (!result.sample().isEmpty()) {
      lines.append("\nsample text\n").append(result.sample()).append('\n');
    }
    return lines.toString();
  }

  private static void line(StringBuilder lines, String format, Object... values) {
    lines.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
