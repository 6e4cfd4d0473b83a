package ai.cresset.spark.data;

import ai.cresset.error.DataException;

/** Where a reader is, for messages: a partition and a row within it. */
final class RowPlace {
  private final int partition;
  private long row;

  RowPlace(int partition) {
    this.partition = partition;
  }

  long row() {
    return row;
  }

  void advance(long rows) {
    row += rows;
  }

  DataException nullValue(String column, long ahead) {
    return DataException.nullValue(column, partition, row + ahead);
  }

  DataException ragged(String column, long ahead, long expected, long got, String unit) {
    return DataException.ragged(column, partition, row + ahead, expected, got, unit);
  }
}
