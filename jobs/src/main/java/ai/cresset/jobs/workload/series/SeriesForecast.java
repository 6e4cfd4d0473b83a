package ai.cresset.jobs.workload.series;

import ai.cresset.data.Batch;
import ai.cresset.jobs.series.SeriesSummary;
import ai.cresset.jobs.series.WindowRow;
import ai.cresset.memory.Scope;
import ai.cresset.model.Forecaster;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.type.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Forecasts of a trained model as CSV: the series, the time, and for each target the point or the
 * quantiles, named {@code TARGET_QUANTILE}.
 *
 * @param file what the model is made of
 * @param summary what a window is
 */
public record SeriesForecast(SeriesModelFile file, SeriesSummary summary) {
  /** The header and a line for each time of each window, in their order. */
  public List<String> lines(Forecaster model, List<WindowRow> windows) {
    List<String> lines = new ArrayList<>(List.of(header()));
    boolean training = model.isTraining();
    model.eval();
    try (GradMode.Restore off = GradMode.disable()) {
      for (WindowRow window : windows) {
        try (Scope scope = Scope.open("forecast")) {
          add(model, window, lines);
        }
      }
    } finally {
      model.train(training);
    }
    return lines;
  }

  private String header() {
    List<String> names = new ArrayList<>(List.of("series", "time"));
    for (String target : summary.targets()) {
      if (file.settings().outputs() == 1) {
        names.add(quoted(target));
      } else {
        file.settings().quantiles().forEach(each -> names.add(quoted(target + "_" + each)));
      }
    }
    return String.join(",", names);
  }

  private static String quoted(String text) {
    return text.matches("(?s).*[,\"\n\r].*") ? "\"" + text.replace("\"", "\"\"") + "\"" : text;
  }

  private void add(Forecaster model, WindowRow window, List<String> lines) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put(SeriesTrainable.PAST, Tensor.of(window.getPast(), 1, window.getPast().length));
    if (summary.covariates() > 0) {
      tensors.put(SeriesTrainable.AHEAD, Tensor.of(window.getAhead(), 1, window.getAhead().length));
    }
    int targets = summary.targets().size();
    int outputs = file.settings().outputs();
    double[] said =
        new Forecasts(model, file, summary).of(Batch.of(tensors)).to(DType.FLOAT64).toDoubleArray();
    String name = quoted(summary.series().get((int) window.getSeries()).name());
    for (int step = 0; step < summary.horizon(); step++) {
      StringBuilder line = new StringBuilder(name).append(',');
      line.append(summary.grid().format(window.getTime() + step * summary.grid().step()));
      for (int target = 0; target < targets; target++) {
        int at = (step * targets + target) * outputs;
        double[] values = Arrays.copyOfRange(said, at, at + outputs);
        Arrays.sort(values); // quantiles that cross are put in order
        for (double value : values) {
          double unit = value * window.getScale()[targets + target] + window.getScale()[target];
          line.append(',').append((float) unit);
        }
      }
      lines.add(line.toString());
    }
  }
}
