package ai.cresset.data;

import ai.cresset.data.arrow.Column;
import ai.cresset.data.arrow.ColumnType;
import ai.cresset.data.arrow.DatasetReader;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The rows of a stored data set. A column becomes the tensor of its name: numbers {@code [batch]},
 * arrays of fixed length {@code [batch, length]}.
 */
public final class ArrowDataset implements Dataset {
  private final DatasetReader reader;
  private final List<String> columns;

  /**
   * Rows with these columns, all of fixed form. The reader is closed with this.
   *
   * @param columns names of the schema, at least one
   */
  public ArrowDataset(DatasetReader reader, List<String> columns) {
    this.reader = reader;
    this.columns = List.copyOf(columns);
    columns.forEach(column -> reader.schema().indexOf(column));
  }

  @Override
  public long size() {
    return reader.rows();
  }

  @Override
  public Batch gather(long[] samples) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    boolean done = false;
    try {
      for (String name : columns) {
        int index = reader.schema().indexOf(name);
        Column column = reader.schema().columns().get(index);
        Tensor rows =
            Tensor.empty(
                new Spec(shape(column, samples.length), column.type().dtype(), Device.CPU));
        tensors.put(name, rows);
        reader.gather(index, samples, 0, samples.length, rows.storage().address());
      }
      done = true;
      return Batch.of(tensors);
    } finally {
      if (!done) {
        tensors.values().forEach(tensor -> Scope.detach(tensor).close());
      }
    }
  }

  private static Shape shape(Column column, long rows) {
    return column.type() instanceof ColumnType.Scalar
        ? Shape.of(rows)
        : Shape.of(rows, column.type().length());
  }

  @Override
  public String fingerprint() {
    return new Fingerprint()
        .add(reader.manifest().fingerprint())
        .add(String.join(" ", columns))
        .hex();
  }

  @Override
  public void close() {
    reader.close();
  }
}
