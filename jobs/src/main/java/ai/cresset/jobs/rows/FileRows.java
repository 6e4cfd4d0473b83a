package ai.cresset.jobs.rows;

import ai.cresset.error.ConfigException;
import ai.cresset.error.CressetException;
import ai.cresset.error.DataException;
import ai.cresset.jobs.recipe.TableFormat;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
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
 * Reads the rows of files in Spark tasks. All values are read as text, so that what is wrong with
 * one can be said in words.
 *
 * @param path what errors call the files
 * @param format of all of them; {@code AUTO} is taken for CSV
 * @param delimiter between values of CSV
 * @param trims whether white space around values of CSV is no part of them
 */
public record FileRows(String path, TableFormat format, String delimiter, boolean trims)
    implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final String CORRUPT = "_corrupt_record";
  private static final String FILE = "_metadata.file_name";

  /** File and form stand before the columns that are asked for. */
  private static final int OWN_COLUMNS = 2;

  /**
   * Rows in the order of the files, those that do not fit among them.
   *
   * @param files with scheme
   * @param wanted names of columns by the settings that name them, in order
   * @throws ConfigException if there is no such column
   * @throws DataException that names the file which cannot be read
   */
  public JavaRDD<FileRow> read(
      SparkSession spark, List<String> files, Map<String, List<String>> wanted) {
    try {
      return rows(table(spark, files.toArray(String[]::new)), wanted);
    } catch (CressetException e) {
      throw e;
    } catch (Exception e) { // Scala does not declare what a failed job throws
      throw unreadable(e);
    }
  }

  /** With what Spark's innermost failure says, which names the file. */
  private DataException unreadable(Exception failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String reason = String.valueOf(cause.getMessage()).strip().replaceAll("\\s*\n\\s*", " ");
    return DataException.because(
        "data.path: '" + path + "' cannot be read: " + reason + "; mend it, or use another copy",
        failure);
  }

  private JavaRDD<FileRow> rows(Dataset<Row> table, Map<String, List<String>> wanted) {
    List<String> there = List.of(table.columns());
    List<Column> columns = new ArrayList<>(List.of(functions.col(FILE)));
    columns.add(
        there.contains(CORRUPT)
            ? functions.col(CORRUPT)
            : functions.lit(null).cast(DataTypes.StringType));
    wanted.forEach(
        (key, names) -> {
          for (String name : names) {
            if (!there.contains(name)) {
              throw ConfigException.value(
                  key,
                  "'" + name + "'",
                  "one of the columns "
                      + there.stream().filter(each -> !each.equals(CORRUPT)).toList()
                      + " of "
                      + path);
            }
            columns.add(functions.col("`" + name + "`").cast(DataTypes.StringType));
          }
        });
    JavaRDD<Row> rows = table.select(columns.toArray(Column[]::new)).javaRDD();
    List<Map<String, Long>> counts = rows.mapPartitions(FileRows::counts).collect();
    List<Map<String, Long>> before = new ArrayList<>();
    Map<String, Long> sums = new HashMap<>();
    for (Map<String, Long> each : counts) {
      before.add(new HashMap<>(sums));
      each.forEach((file, count) -> sums.merge(file, count, Long::sum));
    }
    return rows.mapPartitionsWithIndex(
        (index, all) -> new Numbered(all, new HashMap<>(before.get(index))), false);
  }

  private Dataset<Row> table(SparkSession spark, String[] files) {
    return switch (format) {
      case PARQUET -> spark.read().parquet(files);
      case JSON -> spark.read().option("primitivesAsString", "true").json(files);
      case CSV, AUTO -> csvTable(spark, files);
    };
  }

  private Dataset<Row> csvTable(SparkSession spark, String[] files) {
    StructType schema = new StructType();
    for (String name : csv(spark).csv(files[0]).columns()) {
      schema = schema.add(name, DataTypes.StringType);
    }
    return csv(spark)
        .option("enforceSchema", "false") // files with another header are an error
        .option("mode", "PERMISSIVE")
        .option("columnPruning", "false") // or rows are not looked at as a whole
        .option("columnNameOfCorruptRecord", CORRUPT)
        .schema(schema.add(CORRUPT, DataTypes.StringType))
        .csv(files);
  }

  private DataFrameReader csv(SparkSession spark) {
    return spark
        .read()
        .option("header", "true")
        .option("sep", delimiter)
        .option("escape", "\"")
        .option("ignoreLeadingWhiteSpace", trims)
        .option("ignoreTrailingWhiteSpace", trims);
  }

  private static Iterator<Map<String, Long>> counts(Iterator<Row> rows) {
    Map<String, Long> counts = new HashMap<>();
    rows.forEachRemaining(row -> counts.merge(row.getString(0), 1L, Long::sum));
    return List.of(counts).iterator();
  }

  /** Rows with their numbers. */
  private static final class Numbered implements Iterator<FileRow> {
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
    public FileRow next() {
      Row row = rows.next();
      String file = row.getString(0);
      @Nullable String[] values = new String[row.size() - OWN_COLUMNS];
      for (int i = 0; i < values.length; i++) {
        values[i] = row.isNullAt(OWN_COLUMNS + i) ? null : row.getString(OWN_COLUMNS + i);
      }
      return new FileRow(file, before.merge(file, 1L, Long::sum), row.isNullAt(1), values);
    }
  }
}
