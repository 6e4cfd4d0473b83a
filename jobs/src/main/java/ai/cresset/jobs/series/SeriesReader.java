package ai.cresset.jobs.series;

import ai.cresset.jobs.recipe.SeriesDataSettings;
import ai.cresset.jobs.recipe.TableFormat;
import ai.cresset.jobs.rows.FileRow;
import ai.cresset.jobs.rows.FileRows;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rows of a recipe's files in Spark tasks, each with its number in its file. All values
 * are read as text, so that what is wrong with one can be said in words.
 *
 * @param settings which columns
 * @param grid their times
 */
record SeriesReader(SeriesDataSettings settings, TimeGrid grid) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Rows in the order of the tasks, those that cannot be used among them. */
  JavaRDD<SeriesRow> read(SparkSession spark, SeriesFiles files) {
    TableFormat format =
        switch (settings.format()) {
          case CSV -> TableFormat.CSV;
          case PARQUET -> TableFormat.PARQUET;
          case JSON -> TableFormat.JSON;
        };
    return new FileRows(settings.path(), format, settings.delimiter(), true)
        .read(spark, files.paths(), wanted())
        .map(this::parsed);
  }

  private Map<String, List<String>> wanted() {
    Map<String, List<String>> wanted = new LinkedHashMap<>();
    wanted.put("data.time", List.of(settings.time()));
    wanted.put("data.series", settings.series().isEmpty() ? List.of() : List.of(settings.series()));
    wanted.put("data.targets", settings.targets());
    wanted.put("data.known", settings.known());
    return wanted;
  }

  private SeriesRow parsed(FileRow row) {
    int at = 0;
    String time = row.values()[at++];
    String series = settings.series().isEmpty() ? "" : row.values()[at++];
    int targets = settings.targets().size();
    double[] values = new double[targets + settings.known().size()];
    String problem = row.fits() ? null : "has other columns than the header";
    Long when = time == null ? null : grid.parse(time.strip());
    if (problem == null && when == null) {
      problem =
          (time == null ? "has no time" : "has the time '" + time + "'")
              + " in column '"
              + settings.time()
              + "'; expected "
              + (grid.dates() ? "a date such as 2024-01-31T13:00" : "a whole number");
    }
    if (problem == null && series == null) {
      problem = "has no name in column '" + settings.series() + "'";
    }
    for (int i = 0; i < values.length && problem == null; i++) {
      String name = i < targets ? settings.targets().get(i) : settings.known().get(i - targets);
      String text = row.values()[at + i];
      boolean none = text == null || text.isBlank();
      values[i] = none ? Double.NaN : number(text);
      if (none && i >= targets) {
        problem = "has no value in column '" + name + "', which is to be known ahead";
      } else if (!none && !Double.isFinite(values[i])) {
        problem = "has '" + text + "' in column '" + name + "'; expected a number";
      }
    }
    return new SeriesRow(
        series == null ? "" : series,
        row.file(),
        row.number(),
        when == null ? 0 : when,
        values,
        problem == null ? "" : row.place() + " " + problem);
  }

  private static double number(@Nullable String text) {
    try {
      return text == null ? Double.NaN : Double.parseDouble(text.strip());
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }
}
