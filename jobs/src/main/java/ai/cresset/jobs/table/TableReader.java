package ai.cresset.jobs.table;

import ai.cresset.error.DataException;
import ai.cresset.jobs.recipe.Invalid;
import ai.cresset.jobs.recipe.TableDataSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Reads files in Spark tasks, in order of the files, so that the number of a row is known.
 *
 * <p>A large CSV file is read in parts by many tasks if each of its lines is a row: that is so when
 * it has no quotes, and one kind of line ends. A first pass over its bytes finds that out, a second
 * one counts the rows of each part. Files with quotes, where a value may go over several lines, and
 * compressed ones are read by one task each, as files of other formats; several files are read side
 * by side in any case.
 *
 * @param files to read
 * @param settings how they are written
 * @param configuration to reach them with
 * @param partBytes the bytes of a part
 */
record TableReader(
    TableFiles files,
    TableDataSettings settings,
    SerializableConfiguration configuration,
    long partBytes)
    implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final long PART_BYTES = 64L << 20;

  TableReader(
      TableFiles files, TableDataSettings settings, SerializableConfiguration configuration) {
    this(files, settings, configuration, PART_BYTES);
  }

  /** What each task reads, in order of the rows. */
  List<RowRange> ranges(JavaSparkContext context) {
    List<RowRange> parts = new ArrayList<>();
    for (int file = 0; file < files.files().size(); file++) {
      TableFiles.TableFile each = files.files().get(file);
      if (each.isWhole() || each.length() <= partBytes) {
        continue;
      }
      for (long begin = 0; begin < each.length(); begin += partBytes) {
        long end = Math.min(each.length(), begin + partBytes);
        parts.add(new RowRange(file, begin, end, false, 0));
      }
    }
    Map<Integer, List<RowRange>> counted = counted(context, plain(context, parts));
    List<RowRange> all = new ArrayList<>();
    for (int file = 0; file < files.files().size(); file++) {
      long length = files.files().get(file).length();
      all.addAll(counted.getOrDefault(file, List.of(new RowRange(file, 0, length, true, 0))));
    }
    return all;
  }

  /** The parts of files whose lines are rows. */
  private List<RowRange> plain(JavaSparkContext context, List<RowRange> parts) {
    if (parts.isEmpty()) {
      return parts;
    }
    List<LineScan> scans = context.parallelize(parts, parts.size()).map(this::scan).collect();
    Map<Integer, LineScan> byFile = new HashMap<>();
    for (int i = 0; i < scans.size(); i++) {
      byFile.merge(parts.get(i).file(), scans.get(i), LineScan::plus);
    }
    return parts.stream()
        .filter(each -> Objects.requireNonNull(byFile.get(each.file())).isPlain())
        .toList();
  }

  private LineScan scan(RowRange range) {
    TableFiles.TableFile file = files.files().get(range.file());
    try (InputStream in = file.open(configuration.value(), range)) {
      return LineScan.of(in);
    } catch (IOException e) {
      throw file.unreadable(e);
    }
  }

  /** The parts by file, each with how many rows stand before it. */
  private Map<Integer, List<RowRange>> counted(JavaSparkContext context, List<RowRange> parts) {
    Map<Integer, List<RowRange>> byFile = new HashMap<>();
    if (parts.isEmpty()) {
      return byFile;
    }
    List<Integer> counts = context.parallelize(parts, parts.size()).map(this::count).collect();
    Map<Integer, Integer> before = new HashMap<>();
    for (int i = 0; i < counts.size(); i++) {
      int file = parts.get(i).file();
      int rows = before.getOrDefault(file, 0);
      byFile.computeIfAbsent(file, key -> new ArrayList<>()).add(parts.get(i).withRowsBefore(rows));
      before.put(file, Math.addExact(rows, counts.get(i)));
    }
    return byFile;
  }

  private int count(RowRange range) {
    TableRows rows = open(range);
    int count = 0;
    while (rows.hasNext()) {
      rows.next();
      count++;
    }
    return count;
  }

  JavaRDD<TableRow> read(JavaSparkContext context, List<RowRange> ranges) {
    return context.parallelize(ranges, ranges.size()).flatMap(this::rows);
  }

  private Iterator<TableRow> rows(RowRange range) {
    return new Numbered(files.files().get(range.file()).name(), open(range), range.rowsBefore());
  }

  /** The rows of a range without the header; closed with the task. */
  private TableRows open(RowRange range) {
    TableFiles.TableFile file = files.files().get(range.file());
    TableRows rows =
        range.whole()
            ? file.rows(configuration.value(), settings, files.header())
            : new CsvRows(file.name(), file.open(configuration.value(), range), settings);
    TaskContext.get()
        .addTaskCompletionListener(
            task -> {
              try {
                rows.close();
              } catch (IOException e) {
                // Only read from: there is nothing to lose.
              }
            });
    if (range.hasHeader()) {
      rows.next();
    }
    return rows;
  }

  /** Rows with their numbers, all as long as the header. */
  private final class Numbered implements Iterator<TableRow> {
    private final String name;
    private final TableRows rows;
    private int number;

    Numbered(String name, TableRows rows, int before) {
      this.name = name;
      this.rows = rows;
      this.number = before;
    }

    @Override
    public boolean hasNext() {
      return rows.hasNext();
    }

    @Override
    public TableRow next() {
      String[] values = rows.next();
      number++;
      String wrong = rows.problem();
      if (wrong.isEmpty() && values.length != files.header().size()) {
        wrong =
            "has "
                + values.length
                + (values.length == 1 ? " value" : " values")
                + ", the header names "
                + files.header().size()
                + " columns";
      }
      if (!wrong.isEmpty()) {
        String problem = name + ": row " + number + " " + wrong;
        if (settings.invalid() == Invalid.ERROR) {
          throw DataException.because(
              problem
                  + "; "
                  + rows.advice()
                  + ", or data.invalid=skip, which leaves such rows out");
        }
        return new TableRow(number, new String[0], problem);
      }
      boolean unlabelled = values[files.header().indexOf(settings.label())] == null;
      return new TableRow(
          number,
          values,
          unlabelled && settings.invalid() == Invalid.SKIP
              ? name + ": row " + number + " has no label"
              : "");
    }
  }
}
