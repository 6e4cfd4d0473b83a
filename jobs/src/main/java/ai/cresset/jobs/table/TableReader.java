package ai.cresset.jobs.table;

import ai.cresset.error.DataException;
import ai.cresset.jobs.recipe.TableDataSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Reads CSV files in Spark tasks: one partition for each file, in order of the files, so that the
 * number of a row is known.
 *
 * @param files to read
 * @param settings how they are written
 * @param configuration to reach them with
 */
record TableReader(
    CsvFiles files, TableDataSettings settings, SerializableConfiguration configuration)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  JavaRDD<TableRow> read(JavaSparkContext context) {
    List<Integer> indexes = IntStream.range(0, files.files().size()).boxed().toList();
    return context.parallelize(indexes, indexes.size()).flatMap(this::rows);
  }

  private Iterator<TableRow> rows(int index) {
    CsvFiles.CsvFile file = files.files().get(index);
    InputStream in = file.open(configuration.value());
    TaskContext.get()
        .addTaskCompletionListener(
            task -> {
              try {
                in.close();
              } catch (IOException e) {
                // Only read from: there is nothing to lose.
              }
            });
    CsvRows rows = new CsvRows(file.name(), in, settings);
    rows.next(); // the header
    return new Numbered(file.name(), rows);
  }

  /** Rows with their numbers, all as long as the header. */
  private final class Numbered implements Iterator<TableRow> {
    private final String name;
    private final CsvRows rows;
    private int number;

    Numbered(String name, CsvRows rows) {
      this.name = name;
      this.rows = rows;
    }

    @Override
    public boolean hasNext() {
      return rows.hasNext();
    }

    @Override
    public TableRow next() {
      String[] values = rows.next();
      number++;
      if (values.length != files.header().size()) {
        throw DataException.because(
            name
                + ": row "
                + number
                + " has "
                + values.length
                + (values.length == 1 ? " value" : " values")
                + ", the header names "
                + files.header().size()
                + " columns; quote values that contain the delimiter, or set data.delimiter");
      }
      return new TableRow(number, values);
    }
  }
}
