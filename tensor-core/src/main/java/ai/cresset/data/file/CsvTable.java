package ai.cresset.data.file;

import ai.cresset.data.Batch;
import ai.cresset.data.TensorDataset;
import ai.cresset.error.DataException;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A CSV file with a header, in memory.
 *
 * @param file where it is
 * @param header the names of the columns
 * @param rows all as long as the header
 * @param skipped rows of another length, which were left out
 * @param reasons what was wrong with the first of them
 */
public record CsvTable(
    Path file,
    List<String> header,
    List<CsvReader.Row> rows,
    long skipped,
    List<String> reasons) {
  private static final int MOST_REASONS = 20;

  public CsvTable {
    header = List.copyOf(header);
    rows = List.copyOf(rows);
    reasons = List.copyOf(reasons);
  }

  /**
   * Reads a file.
   *
   * @param skip whether rows of another length than the header are left out and counted; otherwise
   *     the first is an error
   */
  public static CsvTable read(Path file, char delimiter, boolean skip) {
    try (CsvReader reader = new CsvReader(file, delimiter)) {
      CsvReader.Row header = reader.next();
      if (header == null) {
        throw DataException.because(
            file + ": it is empty; expected a line with the names of the columns, then rows");
      }
      List<CsvReader.Row> rows = new ArrayList<>();
      List<String> reasons = new ArrayList<>();
      long skipped = 0;
      for (CsvReader.@Nullable Row row = reader.next(); row != null; row = reader.next()) {
        if (row.values().size() == header.values().size()) {
          rows.add(row);
          continue;
        }
        String reason =
            file
                + " line "
                + row.line()
                + ": "
                + row.values().size()
                + " values, the header names "
                + header.values().size()
                + " columns";
        if (!skip) {
          throw DataException.because(reason);
        }
        skipped++;
        if (reasons.size() < MOST_REASONS) {
          reasons.add(reason);
        }
      }
      return new CsvTable(file, header.values(), rows, skipped, reasons);
    }
  }

  private int column(String name) {
    int column = header.indexOf(name);
    if (column < 0) {
      throw DataException.because(file + ": no column '" + name + "'; it has " + header);
    }
    return column;
  }

  /** The different values of a column, in order: names of classes. */
  public List<String> classes(String name) {
    int column = column(name);
    TreeSet<String> classes = new TreeSet<>();
    rows.forEach(row -> classes.add(row.values().get(column)));
    return List.copyOf(classes);
  }

  /** A column of numbers. */
  public float[] numbers(String name) {
    int column = column(name);
    float[] numbers = new float[rows.size()];
    for (int i = 0; i < numbers.length; i++) {
      String value = rows.get(i).values().get(column).strip();
      try {
        numbers[i] = Float.parseFloat(value);
      } catch (NumberFormatException e) {
        throw DataException.because(
            file
                + " line "
                + rows.get(i).line()
                + ": column '"
                + name
                + "': expected a number, got '"
                + value
                + "'",
            e);
      }
    }
    return numbers;
  }

  /**
   * Columns of numbers as {@code inputs}, float32 {@code [features]}, and the place of the label
   * among {@link #classes} as {@code targets}, int64.
   */
  public TensorDataset dataset(List<String> features, String label) {
    float[] inputs = new float[rows.size() * features.size()];
    for (int f = 0; f < features.size(); f++) {
      float[] column = numbers(features.get(f));
      for (int i = 0; i < column.length; i++) {
        inputs[i * features.size() + f] = column[i];
      }
    }
    List<String> classes = classes(label);
    int column = column(label);
    long[] targets =
        rows.stream().mapToLong(row -> classes.indexOf(row.values().get(column))).toArray();
    try (Scope scope = Scope.open("CSV table")) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      tensors.put(Batch.INPUTS, Tensor.of(inputs, rows.size(), features.size()));
      tensors.put(Batch.TARGETS, Tensor.of(targets, rows.size()));
      return new TensorDataset(tensors);
    }
  }
}
