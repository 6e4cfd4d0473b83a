package ai.cresset.spark.data;

import ai.cresset.data.arrow.Column;
import ai.cresset.data.arrow.DatasetSchema;
import ai.cresset.error.DataException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import org.jspecify.annotations.Nullable;

/**
 * The requested columns of a DataFrame, with the fastest reader that its plan allows: columnar
 * batches when it is a bare columnar scan, internal rows for every other plan.
 */
public final class FrameScan {
  private final Dataset<Row> selected;
  private final RDD<?> partitions;
  private final Opener opener;

  private FrameScan(Dataset<Row> selected, RDD<?> partitions, Opener opener) {
    this.selected = selected;
    this.partitions = partitions;
    this.opener = opener;
  }

  /** What tasks need to read a partition. */
  static final class Opener implements Serializable {
    private static final long serialVersionUID = 1L;

    private final List<BoundColumn> columns;
    private final @Nullable List<Integer> ordinals;
    private final boolean dropNulls;

    Opener(List<BoundColumn> columns, @Nullable List<Integer> ordinals, boolean dropNulls) {
      this.columns = List.copyOf(columns);
      this.ordinals = ordinals;
      this.dropNulls = dropNulls;
    }

    DatasetSchema schema() {
      return new DatasetSchema(columns.stream().map(BoundColumn::target).toList());
    }

    /** Reads the rows of a partition. */
    @SuppressWarnings("unchecked") // FrameScan pairs iterators with openers
    BatchFiller open(Iterator<?> rows, int partition) {
      return ordinals == null
          ? new RowFiller((Iterator<InternalRow>) rows, columns, partition, dropNulls)
          : new ColumnarFiller((Iterator<ColumnarBatch>) rows, columns, ordinals, partition);
    }
  }

  /**
   * Plans the scan. Runs a job of one row when a length has to be found out.
   *
   * @param dropNulls whether rows with nulls are left out and counted; otherwise they are errors
   * @throws DataException for columns that are missing, or of a type without a tensor form
   */
  public static FrameScan of(Dataset<?> frame, List<ColumnRequest> requests, boolean dropNulls) {
    List<String> names = Arrays.asList(frame.columns());
    for (ColumnRequest request : requests) {
      if (!names.contains(request.name())) {
        throw DataException.because(
            "no column '" + request.name() + "'; the DataFrame has " + String.join(", ", names));
      }
    }
    if (requests.isEmpty()) {
      throw DataException.because("no columns were asked for");
    }
    Dataset<Row> selected =
        frame.select(
            requests.stream()
                .map(request -> frame.col("`" + request.name().replace("`", "``") + "`"))
                .toArray(org.apache.spark.sql.Column[]::new));
    List<BoundColumn> columns = bind(selected, requests);
    QueryExecution execution =
        ((org.apache.spark.sql.classic.Dataset<Row>) selected).queryExecution();
    ColumnarPlan columnar = dropNulls ? null : ColumnarPlan.below(execution.executedPlan());
    return columnar == null
        ? new FrameScan(selected, execution.toRdd(), new Opener(columns, null, dropNulls))
        : new FrameScan(
            selected,
            columnar.plan().executeColumnar(),
            new Opener(columns, columnar.ordinals(), false));
  }

  private static List<BoundColumn> bind(Dataset<Row> selected, List<ColumnRequest> requests) {
    StructType schema = selected.schema();
    FirstRow first = new FirstRow(selected);
    List<BoundColumn> columns = new ArrayList<>();
    for (int i = 0; i < requests.size(); i++) {
      StructField field = schema.fields()[i];
      columns.add(ColumnBinding.bind(requests.get(i), field, first::elements));
    }
    return columns;
  }

  /** The columns of the batches. */
  public DatasetSchema schema() {
    return opener.schema();
  }

  /** Whether columnar batches are read, not rows. */
  public boolean isColumnar() {
    return opener.ordinals != null;
  }

  /** The DataFrame with the requested columns only. */
  Dataset<Row> selected() {
    return selected;
  }

  /** Rows or batches, to be read by what {@link #opener} opens. */
  RDD<?> partitions() {
    return partitions;
  }

  Opener opener() {
    return opener;
  }

  @Override
  public String toString() {
    return (isColumnar() ? "columnar scan of " : "row scan of ")
        + schema().columns().stream().map(Column::toString).collect(Collectors.joining(", "));
  }
}
