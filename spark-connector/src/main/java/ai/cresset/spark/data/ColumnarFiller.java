package ai.cresset.spark.data;

import ai.cresset.data.arrow.BatchBuffer;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import org.jspecify.annotations.Nullable;

/** Reads columnar batches, which bare columnar scans give. The iterator may reuse its batch. */
final class ColumnarFiller implements BatchFiller {
  private final Iterator<ColumnarBatch> batches;
  private final List<BoundColumn> columns;
  private final List<Integer> ordinals;
  private final VectorCopier[] copiers;
  private final RowPlace place;
  private @Nullable ColumnarBatch current;
  private int next;

  /**
   * A filler.
   *
   * @param ordinals where each column is in the batches
   */
  ColumnarFiller(
      Iterator<ColumnarBatch> batches,
      List<BoundColumn> columns,
      List<Integer> ordinals,
      int partition) {
    this.batches = batches;
    this.columns = columns;
    this.ordinals = ordinals;
    this.copiers = columns.stream().map(VectorCopier::of).toArray(VectorCopier[]::new);
    this.place = new RowPlace(partition);
  }

  @Override
  public boolean fill(BatchBuffer buffer) {
    while (!buffer.isFull()) {
      ColumnarBatch batch = current;
      if (batch == null || next == batch.numRows()) {
        current = null;
        if (!batches.hasNext()) {
          return false;
        }
        current = batches.next();
        next = 0;
        continue;
      }
      int count = Math.min(batch.numRows() - next, buffer.freeRows());
      for (int i = 0; i < copiers.length; i++) {
        ColumnVector vector = batch.column(ordinals.get(i));
        refuseNulls(vector, i, count);
        copiers[i].copy(vector, next, count, buffer.column(i), place);
      }
      next += count;
      place.advance(count);
    }
    return true;
  }

  private void refuseNulls(ColumnVector vector, int column, int count) {
    if (!vector.hasNull()) {
      return;
    }
    for (int i = 0; i < count; i++) {
      if (vector.isNullAt(next + i)) {
        throw place.nullValue(columns.get(column).target().name(), i);
      }
    }
  }

  @Override
  public long rowsRead() {
    return place.row();
  }

  @Override
  public long rowsDropped() {
    return 0;
  }
}
