package ai.cresset.data.arrow;

import ai.cresset.error.DataException;
import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The columns of a data set, in order. */
public record DatasetSchema(List<Column> columns) implements Serializable {
  public DatasetSchema {
    columns = List.copyOf(columns);
    if (columns.isEmpty()) {
      throw DataException.because("a data set needs at least one column");
    }
    Set<String> names = new HashSet<>();
    for (Column column : columns) {
      if (!names.add(column.name())) {
        throw DataException.because("column '" + column.name() + "' appears twice");
      }
    }
  }

  /** The columns, in order. */
  public static DatasetSchema of(Column... columns) {
    return new DatasetSchema(List.of(columns));
  }

  /** How many columns. */
  public int size() {
    return columns.size();
  }

  /** Where the column of this name is. */
  public int indexOf(String name) {
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).name().equals(name)) {
        return i;
      }
    }
    throw DataException.because(
        "no column '"
            + name
            + "'; the data set has "
            + columns.stream().map(Column::name).collect(Collectors.joining(", ")));
  }

  /** Bytes of one row in the columns of fixed form. */
  public long fixedRowBytes() {
    return columns.stream()
        .map(Column::type)
        .filter(ColumnType::isFixed)
        .mapToLong(ColumnType::rowBytes)
        .sum();
  }

  @Override
  public String toString() {
    return columns.stream().map(Column::toString).collect(Collectors.joining(", ", "{", "}"));
  }
}
