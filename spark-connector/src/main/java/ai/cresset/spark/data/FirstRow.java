package ai.cresset.spark.data;

import ai.cresset.error.DataException;
import java.util.List;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lengths of fixed columns that only the data knows, from the first row, fetched once. */
final class FirstRow {
  private static final Logger LOG = LoggerFactory.getLogger(FirstRow.class);

  private final Dataset<Row> frame;
  private @Nullable List<Row> rows;

  FirstRow(Dataset<Row> frame) {
    this.frame = frame;
  }

  /** Elements of an array or a vector, bytes of binary. */
  int elements(StructField field) {
    if (rows == null) {
      rows = frame.takeAsList(1);
    }
    if (rows.isEmpty()) {
      throw DataException.because(
          "column '"
              + field.name()
              + "': the length is to be found in the first row, and there is"
              + " none; state the length");
    }
    Row row = rows.get(0);
    int place = row.fieldIndex(field.name());
    if (row.isNullAt(place)) {
      throw DataException.because(
          "column '"
              + field.name()
              + "': the length is to be found in the first row, which is"
              + " null; state the length");
    }
    int elements = count(row.get(place));
    LOG.info("column '{}': the first row has {} elements, so must all", field.name(), elements);
    return elements;
  }

  private static int count(Object value) {
    if (value instanceof Vector vector) {
      return vector.size();
    }
    if (value instanceof byte[] bytes) {
      return bytes.length;
    }
    return ((scala.collection.Seq<?>) value).length();
  }
}
