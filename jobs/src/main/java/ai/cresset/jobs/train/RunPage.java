package ai.cresset.jobs.train;

import ai.cresset.jobs.workload.Wording;
import ai.cresset.report.HtmlReport;
import ai.cresset.report.LineChart;
import java.util.List;
import java.util.Map;

/**
 * The page about a run: {@code report.html}.
 *
 * @param title what was trained
 * @param report what was said at the end
 * @param settings of the recipe, by their keys
 * @param wording how progress is told
 * @param result what the first worker ended with
 */
record RunPage(
    String title,
    String report,
    Map<String, String> settings,
    Wording wording,
    TrainResult result) {
  String html(RunLog log) {
    String score = wording.score().text();
    String speed = wording.unit() + " per second";
    HtmlReport page =
        new HtmlReport(title)
            .section("Result")
            .text(report)
            .section("Curves")
            .charts(
                List.of(
                    new LineChart(
                        "Loss",
                        "step",
                        List.of(
                            log.series("training/loss", "training"),
                            log.series("validation/loss", "validation"))),
                    new LineChart(
                        "Validation " + score,
                        "step",
                        List.of(log.series("validation/" + score, score))),
                    new LineChart(
                        "Learning rate",
                        "step",
                        List.of(log.series("training/learning_rate", "learning rate"))),
                    new LineChart(
                        "Gradient norm",
                        "step",
                        List.of(log.series("training/gradient_norm", "before clipping"))),
                    new LineChart(
                        "Speed",
                        "step",
                        List.of(log.series("speed/" + wording.unit() + "_per_second", speed)))));
    Exhibition shown = result.exhibition();
    if (!shown.classes().isEmpty()) {
      page.section("Confusion matrix").confusion(shown.matrix(), shown.classes());
    }
    if (!shown.samples().isEmpty()) {
      page.section("Samples").samples(shown.samples());
    }
    return page.section("Settings").table(settings).html();
  }
}
