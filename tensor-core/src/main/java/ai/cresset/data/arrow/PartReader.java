package ai.cresset.data.arrow;

import ai.cresset.error.DataException;
import ai.cresset.memory.FileMapping;
import ai.cresset.memory.NativeMemory;
import ai.cresset.memory.Storage;
import ai.cresset.type.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * One part, memory-mapped: batches and columns without a copy. Also reads files that others wrote,
 * as long as they are uncompressed, without dictionaries and without nulls. Thread-safe.
 *
 * <p>Batches are mapped when first used and stay mapped until this is closed and the slices that
 * were retained are released.
 */
public final class PartReader implements AutoCloseable {
  private final Path file;
  private final FileMapping mapping;
  private final PartFooter footer;
  private final int[] firstRows;
  private final AtomicReferenceArray<ColumnBatch> batches;

  private PartReader(Path file, FileMapping mapping, PartFooter footer) {
    this.file = file;
    this.mapping = mapping;
    this.footer = footer;
    this.batches = new AtomicReferenceArray<>(footer.batches().size());
    this.firstRows = new int[batches.length() + 1];
    for (int i = 0; i < batches.length(); i++) {
      long next = (long) firstRows[i] + footer.batches().get(i).rows();
      new BatchLayout.Check(file, "batch " + i)
          .that(next <= Integer.MAX_VALUE, "more than 2^31 - 1 rows in one part");
      firstRows[i + 1] = (int) next;
    }
  }

  /**
   * Opens a part and checks its metadata.
   *
   * @throws DataException naming file and place if the file is corrupt or cannot be read
   */
  public static PartReader open(Path file) {
    FileMapping mapping = null;
    try {
      mapping = FileMapping.open(file);
      PartReader reader = new PartReader(file, mapping, PartFooter.read(mapping.channel(), file));
      mapping = null;
      return reader;
    } catch (IOException e) {
      throw DataException.because(file + " cannot be read: " + e, e);
    } finally {
      closeQuietly(mapping);
    }
  }

  private static void closeQuietly(@Nullable FileMapping mapping) {
    if (mapping != null) {
      try {
        mapping.close();
      } catch (IOException e) {
        throw DataException.because("closing a file failed: " + e, e);
      }
    }
  }

  public DatasetSchema schema() {
    return footer.schema();
  }

  /** Rows of all batches. */
  public int rows() {
    return firstRows[firstRows.length - 1];
  }

  /** How many record batches. */
  public int batchCount() {
    return batches.length();
  }

  /** The record batch that holds this row of the part. */
  public int batchOf(int row) {
    if (row < 0 || row >= rows()) {
      throw DataException.because(file + " has rows 0 to " + (rows() - 1) + ", asked for " + row);
    }
    int found = Arrays.binarySearch(firstRows, row);
    if (found < 0) {
      return -found - 2;
    }
    while (firstRows[found + 1] == row) {
      found++; // empty batches
    }
    return found;
  }

  /** The first row of this record batch, counted within the part. */
  public int firstRow(int batch) {
    return firstRows[batch];
  }

  /** The record batch at this place; it belongs to the reader. */
  public ColumnBatch batch(int index) {
    ColumnBatch batch = batches.get(index);
    return batch == null ? mapOnce(index) : batch;
  }

  private synchronized ColumnBatch mapOnce(int index) {
    ColumnBatch before = batches.get(index);
    if (before != null) {
      return before;
    }
    ColumnBatch mapped = map(index);
    batches.set(index, mapped);
    return mapped;
  }

  private ColumnBatch map(int index) {
    BatchLayout layout = footer.batches().get(index);
    Storage body;
    try {
      body = mapping.map(layout.bodyPosition(), layout.bodyLength());
    } catch (IOException e) {
      throw DataException.because(file + ": batch " + index + " cannot be mapped: " + e, e);
    }
    try {
      List<ColumnSlice> slices = new ArrayList<>();
      for (int i = 0; i < footer.schema().size(); i++) {
        slices.add(slice(footer.schema().columns().get(i), layout, i, body, index));
      }
      return new ColumnBatch(footer.schema(), layout.rows(), slices);
    } finally {
      body.release();
    }
  }

  private ColumnSlice slice(Column column, BatchLayout layout, int place, Storage body, int batch) {
    BatchLayout.Region region = layout.columns().get(place);
    int rows = layout.rows();
    if (region.offsets() >= 0) {
      checkOffsets(column, body.address() + region.offsets(), rows, region.elements(), batch);
    }
    Storage values = part(body, region.values(), region.elements() * column.type().dtype().bytes());
    Storage offsets =
        region.offsets() < 0 ? null : part(body, region.offsets(), rows == 0 ? 0 : 4L * (rows + 1));
    return new ColumnSlice(column, rows, values, offsets);
  }

  private void checkOffsets(Column column, long address, int rows, long elements, int batch) {
    BatchLayout.Check check =
        new BatchLayout.Check(file, "batch " + batch + ", column '" + column.name() + "'");
    int last = 0;
    for (int row = 0; rows > 0 && row <= rows; row++) {
      int offset = NativeMemory.getInt(address + 4L * row);
      check.that(offset >= last && offset <= elements, "offset " + offset + " at row " + row);
      last = offset;
    }
  }

  private static Storage part(Storage body, long position, long bytes) {
    Storage whole = body.retain();
    return Storage.foreign(Device.CPU, body.address() + position, bytes, whole::release);
  }

  @Override
  public synchronized void close() {
    for (int i = 0; i < batches.length(); i++) {
      ColumnBatch batch = batches.getAndSet(i, null);
      if (batch != null) {
        batch.close();
      }
    }
    closeQuietly(mapping);
  }
}
