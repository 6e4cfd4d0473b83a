package ai.cresset.report;

import ai.cresset.metric.ConfusionMatrix;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A page about a run that needs nothing but itself: curves are SVG, pictures are inside, nothing is
 * fetched and no script runs.
 */
public final class HtmlReport {
  private static final String STYLE =
      "body{font:15px/1.45 system-ui,sans-serif;color:#222;max-width:1000px;margin:2em auto;padding:0"
          + " 1em}h1{font-size:1.5em}h2{font-size:1.15em;margin:1.8em 0 .6em;border-bottom:1px solid"
          + " #ddd}table{border-collapse:collapse}td,th{padding:2px"
          + " 10px;text-align:left;vertical-align:top}.wide{overflow-x:auto}.charts{display:flex;"
          + "flex-wrap:wrap;gap:10px}svg{max-width:100%;height:auto}text.t{font-weight:600;font-size:14px}"
          + "text.n{font-size:11px;fill:#555}line.g{stroke:#e4e4e4}line.a{stroke:#666}"
          + "pre{background:#f6f6f6;padding:.8em;overflow-x:auto;white-space:pre-wrap;word-break:"
          + "break-word}.m td,.m th{text-align:right;min-width:1.6em}.m"
          + " th{font-weight:500}.samples{display:flex;flex-wrap:wrap;gap:12px}.sample{border:1px solid"
          + " #ddd;border-radius:4px;padding:8px;max-width:300px;overflow-wrap:anywhere}.sample"
          + " img{image-rendering:pixelated;height:84px;display:block;margin-bottom:4px}.no{color:"
          + "#b3261e}.yes{color:#1b6e33}small{color:#666}";
  private static final int MOST_CLASSES = 40;

  private final String title;
  private final StringBuilder body = new StringBuilder();

  /** A page with this title. */
  public HtmlReport(String title) {
    this.title = title;
  }

  /** Begins a section. */
  public HtmlReport section(String name) {
    body.append("<h2>").append(HtmlText.escape(name)).append("</h2>\n");
    return this;
  }

  /** Text as it stands, in lines. */
  public HtmlReport text(String text) {
    body.append("<pre>").append(HtmlText.escape(text.stripTrailing())).append("</pre>\n");
    return this;
  }

  /** Names and values. */
  public HtmlReport table(Map<String, String> rows) {
    body.append("<div class=\"wide\"><table>");
    rows.forEach(
        (name, value) ->
            body.append("<tr><th>")
                .append(HtmlText.escape(name))
                .append("</th><td>")
                .append(HtmlText.escape(value))
                .append("</td></tr>\n"));
    body.append("</table></div>\n");
    return this;
  }

  /** Charts side by side; those without points are left out. */
  public HtmlReport charts(List<LineChart> charts) {
    body.append("<div class=\"charts\">\n");
    charts.stream()
        .filter(chart -> !chart.isEmpty())
        .forEach(chart -> body.append(chart.svg()).append('\n'));
    body.append("</div>\n");
    return this;
  }

  /**
   * A confusion matrix with precision, recall and F1 of each class. Of more than 40 classes only
   * the means are shown.
   *
   * @param names of the classes
   */
  public HtmlReport confusion(ConfusionMatrix matrix, List<String> names) {
    if (matrix.classes() <= MOST_CLASSES) {
      body.append("<div class=\"wide\"><table class=\"m\"><tr><th>true \\ predicted</th>");
      names.forEach(name -> body.append("<th>").append(HtmlText.escape(name)).append("</th>"));
      body.append("<th>precision</th><th>recall</th><th>F1</th></tr>\n");
      for (int row = 0; row < matrix.classes(); row++) {
        matrixRow(matrix, names.get(row), row);
      }
      body.append("</table></div>\n");
    }
    ConfusionMatrix.Scores macro = matrix.macro();
    body.append(
        String.format(
            Locale.ROOT,
            "<p>accuracy (micro precision, recall and F1) %.4f; macro precision %.4f, recall %.4f, F1"
                + " %.4f</p>%n",
            matrix.value(),
            macro.precision(),
            macro.recall(),
            macro.f1()));
    return this;
  }

  private void matrixRow(ConfusionMatrix matrix, String name, int row) {
    double there = 0;
    for (int column = 0; column < matrix.classes(); column++) {
      there += matrix.count(row, column);
    }
    body.append("<tr><th>").append(HtmlText.escape(name)).append("</th>");
    for (int column = 0; column < matrix.classes(); column++) {
      long count = matrix.count(row, column);
      double part = there == 0 ? 0 : count / there;
      String colour = row == column ? "44,143,71" : "217,84,30";
      body.append(
          String.format(
              Locale.ROOT,
              "<td style=\"background:rgba(%s,%.2f)\">%s</td>",
              colour,
              part * 0.75,
              count == 0 ? "" : Long.toString(count)));
    }
    ConfusionMatrix.Scores scores = matrix.of(row);
    body.append(
        String.format(
            Locale.ROOT,
            "<td>%.3f</td><td>%.3f</td><td>%.3f</td></tr>%n",
            scores.precision(),
            scores.recall(),
            scores.f1()));
  }

  /** Samples with what the model said of them. */
  public HtmlReport samples(List<SamplePrediction> samples) {
    body.append("<div class=\"samples\">\n");
    for (SamplePrediction each : samples) {
      body.append("<div class=\"sample\">");
      Picture picture = each.picture();
      if (picture != null) {
        body.append("<img alt=\"\" src=\"data:image/png;base64,")
            .append(Base64.getEncoder().encodeToString(picture.png()))
            .append("\">");
      }
      if (!each.input().isEmpty()) {
        body.append("<div>").append(HtmlText.escape(each.input())).append("</div>");
      }
      Boolean right = each.right();
      String kind = right == null ? "" : right ? " class=\"yes\"" : " class=\"no\"";
      body.append("<div").append(kind).append(">");
      body.append(HtmlText.escape(each.predicted())).append("</div>");
      if (!each.expected().isEmpty() && !Boolean.TRUE.equals(right)) {
        body.append("<small>expected ").append(HtmlText.escape(each.expected())).append("</small>");
      }
      body.append("</div>\n");
    }
    body.append("</div>\n");
    return this;
  }

  /** The whole page. */
  public String html() {
    return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n<title>"
        + HtmlText.escape(title)
        + "</title>\n<meta name=\"viewport\" content=\"width=device-width\">\n<style>"
        + STYLE
        + "</style></head>\n<body>\n<h1>"
        + HtmlText.escape(title)
        + "</h1>\n"
        + body
        + "</body></html>\n";
  }
}
