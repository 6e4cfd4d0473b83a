package ai.cresset.jobs.feature;

import ai.cresset.jobs.split.SplitSummary;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;

/**
 * The account of a log.
 *
 * @param trainRows rows for training
 * @param validationRows rows for validation
 * @param testRows rows for the test
 * @param clicks the part of the rows for training that are clicks
 * @param numeric the numeric columns
 * @param means of those, over the rows for training
 * @param deviations the same
 * @param features how the others become ids
 */
public record ClickSummary(
    long trainRows,
    long validationRows,
    long testRows,
    double clicks,
    List<String> numeric,
    List<Double> means,
    List<Double> deviations,
    List<FittedFeature> features)
    implements SplitSummary, Serializable {
  public ClickSummary {
    numeric = List.copyOf(numeric);
    means = List.copyOf(means);
    deviations = List.copyOf(deviations);
    features = List.copyOf(features);
  }

  @Override
  public String describe() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "rows        %,d for training (%.1f %% clicks), %,d for validation, %,d for the test",
            trainRows,
            100 * clicks,
            validationRows,
            testRows));
    if (!numeric.isEmpty()) {
      text.append("\nnumeric     ").append(String.join(", ", numeric));
    }
    for (FittedFeature feature : features) {
      text.append(
          String.format(
              Locale.ROOT,
              "\nids         %s: %,d possible%s",
              feature.name(),
              feature.size(),
              feature.many() ? ", several in a row" : ""));
    }
    return text.toString();
  }
}
