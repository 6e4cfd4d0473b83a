package ai.cresset.jobs.series;

import ai.cresset.error.ConfigException;
import ai.cresset.jobs.recipe.SeriesDataSettings;
import ai.cresset.jobs.recipe.SeriesDataSettings.Format;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
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
  private static final String CORRUPT = "_corrupt_record";
  private static final String FILE = "_metadata.file_name";

  /** Rows in the order of the tasks, those that cannot be used among them. */
  JavaRDD<SeriesRow> read(SparkSession spark, SeriesFiles files) {
    Dataset<Row> table = table(spark, files.paths());
    List<String> there = List.of(table.columns());
    List<Column> columns = new ArrayList<>(List.of(functions.col(FILE)));
    columns.add(
        there.contains(CORRUPT)
            ? functions.col(CORRUPT)
            : functions.lit(null).cast(DataTypes.StringType));
    wanted()
        .forEach(
            (key, names) -> {
              for (String name : names) {
                if (!there.contains(name)) {
                  throw ConfigException.value(
                      key,
                      "'" + name + "'",
                      "one of the columns "
                          + there.stream().filter(each -> !each.equals(CORRUPT)).toList()
                          + " of "
                          + settings.path());
                }
                columns.add(functions.col("`" + name + "`").cast(DataTypes.StringType));
              }
            });
    JavaRDD<Row> rows = table.select(columns.toArray(Column[]::new)).javaRDD();
    List<Map<String, Long>> counts = rows.mapPartitions(SeriesReader::counts).collect();
    List<Map<String, Long>> before = new ArrayList<>();
    Map<String, Long> sums = new HashMap<>();
    for (Map<String, Long> each : counts) {
      before.add(new HashMap<>(sums));
      each.forEach((file, count) -> sums.merge(file, count, Long::sum));
    }
    return rows.mapPartitionsWithIndex(
        (index, all) -> new Numbered(all, new HashMap<>(before.get(index))), false);
  }

  private Map<String, List<String>> wanted() {
    Map<String, List<String>> wanted = new LinkedHashMap<>();
    wanted.put("data.time", List.of(settings.time()));
    wanted.put("data.series", settings.series().isEmpty() ? List.of() : List.of(settings.series()));
    wanted.put("data.targets", settings.targets());
    wanted.put("data.known", settings.known());
    return wanted;
  }

  private Dataset<Row> table(SparkSession spark, String[] paths) {
    if (settings.format() == Format.PARQUET) {
      return spark.read().parquet(paths);
    }
    if (settings.format() == Format.JSON) {
      return spark.read().option("primitivesAsString", "true").json(paths);
    }
    String[] header = csv(spark).csv(paths[0]).columns();
    StructType schema = new StructType();
    for (String name : header) {
      schema = schema.add(name, DataTypes.StringType);
    }
    return csv(spark)
        .option("enforceSchema", "false") // files with another header are an error
        .option("mode", "PERMISSIVE")
        .option("columnPruning", "false") // or rows are not looked at as a whole
        .option("columnNameOfCorruptRecord", CORRUPT)
        .schema(schema.add(CORRUPT, DataTypes.StringType))
        .csv(paths);
  }

  private DataFrameReader csv(SparkSession spark) {
    return spark
        .read()
        .option("header", "true")
        .option("sep", settings.delimiter())
        .option("escape", "\"")
        .option("ignoreLeadingWhiteSpace", "true")
        .option("ignoreTrailingWhiteSpace", "true");
  }

  private static Iterator<Map<String, Long>> counts(Iterator<Row> rows) {
    Map<String, Long> counts = new HashMap<>();
    rows.forEachRemaining(row -> counts.merge(row.getString(0), 1L, Long::sum));
    return List.of(counts).iterator();
  }

  /** Rows with their numbers. */
  private final class Numbered implements Iterator<SeriesRow> {
    private final Iterator<Row> rows;
    private final Map<String, Long> before;

    Numbered(Iterator<Row> rows, Map<String, Long> before) {
      this.rows = rows;
      this.before = before;
    }

    @Override
    public boolean hasNext() {
      return rows.hasNext();
    }

    @Override
    public SeriesRow next() {
      Row row = rows.next();
      String file = row.getString(0);
      return parsed(row, file, before.merge(file, 1L, Long::sum));
    }
  }

  private SeriesRow parsed(Row row, String file, long number) {
    int at = 2;
    String time = row.getString(at++);
    String series = settings.series().isEmpty() ? "" : row.getString(at++);
    int targets = settings.targets().size();
    double[] values = new double[targets + settings.known().size()];
    String problem = row.isNullAt(1) ? null : "has other columns than the header";
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
      String text = row.getString(at + i);
      boolean none = text == null || text.isBlank();
      values[i] = none ? Double.NaN : number(text);
      if (none && i >= targets) {
        problem = "has no value in column '" + name + "', which is to be known ahead";
      } else if (!none && !Double.isFinite(values[i])) {
        problem = "has '" + text + "' in column '" + name + "'; expected a number";
      }
    }
    String place = file + ": row " + number + " ";
    return new SeriesRow(
        series == null ? "" : series,
        file,
        number,
        when == null ? 0 : when,
        values,
        problem == null ? "" : place + problem);
  }

  private static double number(@Nullable String text) {
    try {
      return text == null ? Double.NaN : Double.parseDouble(text.strip());
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }
}
