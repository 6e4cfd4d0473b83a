package ai.cresset.data.arrow;

import ai.cresset.error.DataException;
import ai.cresset.error.LifetimeException;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.Storage;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Random access to the rows of a data set, numbered from 0 through all parts. Parts are opened when
 * first used and stay open until this is closed. Thread-safe.
 */
public final class DatasetReader implements AutoCloseable {
  private final PartSource source;
  private final Manifest manifest;
  private final long[] firstRows;
  private final AtomicReferenceArray<OpenPart> open;
  private boolean closed;

  private record OpenPart(LocalPart local, PartReader reader) {}

  /** Reads the manifest; {@code source} is closed with the result. */
  public DatasetReader(PartSource source) {
    this.source = source;
    this.manifest = source.manifest();
    int parts = manifest.parts().size();
    this.firstRows = new long[parts + 1];
    for (int i = 0; i < parts; i++) {
      firstRows[i + 1] = firstRows[i] + manifest.parts().get(i).rows();
    }
    this.open = new AtomicReferenceArray<>(parts);
  }

  public Manifest manifest() {
    return manifest;
  }

  public DatasetSchema schema() {
    return manifest.schema();
  }

  /** Rows of all parts. */
  public long rows() {
    return firstRows[firstRows.length - 1];
  }

  /** The part that holds this row. */
  public int partOf(long row) {
    if (row < 0 || row >= rows()) {
      throw DataException.because(
          source.location() + " has rows 0 to " + (rows() - 1) + ", asked for " + row);
    }
    int found = Arrays.binarySearch(firstRows, row);
    if (found < 0) {
      return -found - 2;
    }
    while (firstRows[found + 1] == row) {
      found++; // empty parts
    }
    return found;
  }

  /** The first row of this part. */
  public long firstRow(int part) {
    return firstRows[part];
  }

  /** The part at this place, open; it belongs to this reader. */
  public PartReader part(int index) {
    OpenPart part = open.get(index);
    return part == null ? openPart(index) : part.reader();
  }

  private synchronized PartReader openPart(int index) {
    if (closed) {
      throw LifetimeException.released(this, "close()");
    }
    OpenPart before = open.get(index);
    if (before != null) {
      return before.reader();
    }
    Manifest.Part part = manifest.parts().get(index);
    LocalPart local = source.acquire(part);
    boolean done = false;
    try {
      PartReader reader = PartReader.open(local.path());
      if (reader.rows() != part.rows() || !reader.schema().equals(manifest.schema())) {
        String found = reader.rows() + " rows of " + reader.schema();
        reader.close();
        throw DataException.corrupt(
            local.path(),
            "footer",
            "the manifest says " + part.rows() + " rows of " + schema() + ", found " + found);
      }
      open.set(index, new OpenPart(local, reader));
      done = true;
      return reader;
    } finally {
      if (!done) {
        local.close();
      }
    }
  }

  /** Where a row's first element of a column is, valid until this is closed. */
  public long address(int column, long row) {
    Place place = place(row);
    return place.batch().column(column).address(place.row());
  }

  /** Elements of a row in a column. */
  public int length(int column, long row) {
    Place place = place(row);
    return place.batch().column(column).length(place.row());
  }

  private record Place(ColumnBatch batch, int row) {}

  private Place place(long row) {
    int part = partOf(row);
    PartReader reader = part(part);
    int within = (int) (row - firstRows[part]);
    int batch = reader.batchOf(within);
    return new Place(reader.batch(batch), within - reader.firstRow(batch));
  }

  /** Locates {@code count} rows, from place {@code start} of {@code asked} on. */
  public RowSelection select(long[] asked, int start, int count) {
    ColumnBatch[] batches = new ColumnBatch[count];
    int[] rows = new int[count];
    for (int i = 0; i < count; i++) {
      long row = asked[start + i];
      int part = partOf(row);
      PartReader reader = part(part);
      int within = (int) (row - firstRows[part]);
      int batch = reader.batchOf(within);
      batches[i] = reader.batch(batch);
      rows[i] = within - reader.firstRow(batch);
    }
    return new RowSelection(this, batches, rows);
  }

  /**
   * Copies rows of a column of fixed form together.
   *
   * @return storage of {@code [rows.length, length]}, the caller's
   */
  public Storage gather(int column, long[] rows, Allocator allocator) {
    long bytes = rows.length * fixed(column).rowBytes();
    RowSelection selection = select(rows, 0, rows.length);
    Storage gathered = allocator.allocate(bytes);
    selection.gather(column, gathered.address());
    return gathered;
  }

  /** Copies {@code count} rows, from place {@code start} of {@code rows} on, to an address. */
  public void gather(int column, long[] rows, int start, int count, long address) {
    fixed(column);
    select(rows, start, count).gather(column, address);
  }

  /** The form of a column that must be fixed. */
  ColumnType fixed(int column) {
    Column asked = schema().columns().get(column);
    if (!asked.type().isFixed()) {
      throw DataException.because(
          "column " + asked + " has rows of different lengths; read them one by one");
    }
    return asked.type();
  }

  @Override
  public synchronized void close() {
    closed = true;
    for (int i = 0; i < open.length(); i++) {
      OpenPart part = open.getAndSet(i, null);
      if (part != null) {
        part.reader().close();
        part.local().close();
      }
    }
    source.close();
  }

  @Override
  public String toString() {
    return "data set " + source.location();
  }
}
