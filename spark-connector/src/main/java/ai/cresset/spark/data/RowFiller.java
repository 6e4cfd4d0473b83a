package ai.cresset.spark.data;

import ai.cresset.data.arrow.BatchBuffer;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;

/** Reads internal rows, which every plan gives. The iterator may reuse its row. */
final class RowFiller implements BatchFiller {
  private final Iterator<InternalRow> rows;
  private final String[] names;
  private final RowCopier[] copiers;
  private final boolean dropNulls;
  private final RowPlace place;
  private long dropped;

  /**
   * A filler.
   *
   * @param dropNulls whether rows with nulls are left out; otherwise they are errors
   */
  RowFiller(
      Iterator<InternalRow> rows, List<BoundColumn> columns, int partition, boolean dropNulls) {
    this.rows = rows;
    int count = columns.size();
    this.names = new String[count];
    this.copiers = new RowCopier[count];
    for (int i = 0; i < count; i++) {
      names[i] = columns.get(i).target().name();
      copiers[i] = RowCopier.of(columns.get(i), i);
    }
    this.dropNulls = dropNulls;
    this.place = new RowPlace(partition);
  }

  @Override
  public boolean fill(BatchBuffer buffer) {
    while (!buffer.isFull()) {
      if (!rows.hasNext()) {
        return false;
      }
      InternalRow row = rows.next();
      if (hasNull(row)) {
        dropped++;
      } else {
        for (int i = 0; i < copiers.length; i++) {
          copiers[i].copy(row, buffer.column(i), place);
        }
      }
      place.advance(1);
    }
    return true;
  }

  private boolean hasNull(InternalRow row) {
    for (int i = 0; i < copiers.length; i++) {
      if (row.isNullAt(i)) {
        if (dropNulls) {
          return true;
        }
        throw place.nullValue(names[i], 0);
      }
    }
    return false;
  }

  @Override
  public long rowsRead() {
    return place.row();
  }

  @Override
  public long rowsDropped() {
    return dropped;
  }
}
