package ai.cresset.data.arrow;

import ai.cresset.error.DataException;
import java.util.List;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;

/**
 * Where the columns of one record batch lie, every number checked against the file.
 *
 * @param rows rows of the batch
 * @param bodyPosition where its body begins in the file
 * @param bodyLength how long it is
 * @param columns in the order of the schema
 */
record BatchLayout(int rows, long bodyPosition, long bodyLength, List<Region> columns) {
  /**
   * One column, positions relative to the body.
   *
   * @param offsets where its offsets begin; -1 for fixed forms
   * @param elements how many elements its values have room for
   */
  record Region(long offsets, long values, long elements) {}

  /** Reads the metadata of one record batch. */
  static BatchLayout parse(
      Message message, DatasetSchema schema, long bodyPosition, long bodyLength, Check check) {
    check.that(message.headerType() == MessageHeader.RecordBatch, "it is no record batch");
    check.that(message.bodyLength() == bodyLength, "footer and message give different lengths");
    RecordBatch batch = new RecordBatch();
    check.that(message.header(batch) != null, "it has no header");
    check.that(batch.compression() == null, "compressed batches are not read");
    long rows = batch.length();
    check.that(rows >= 0 && rows <= Integer.MAX_VALUE, rows + " rows");
    check.that(bodyLength >= 0 && bodyLength <= Integer.MAX_VALUE, "a body over 2 GiB");
    Cursor cursor = new Cursor(batch, bodyLength, check);
    List<Region> regions =
        schema.columns().stream().map(column -> cursor.column(column, rows)).toList();
    cursor.end();
    return new BatchLayout((int) rows, bodyPosition, bodyLength, regions);
  }

  /** Refuses with the file's name and the place in it. */
  record Check(Object file, String place) {
    void that(boolean holds, String problem) {
      if (!holds) {
        throw DataException.corrupt(file, place, problem);
      }
    }
  }

  /** Walks the flattened nodes and buffers in the order that the format prescribes. */
  private static final class Cursor {
    private final RecordBatch batch;
    private final long bodyLength;
    private final Check check;
    private int node;
    private int buffer;

    Cursor(RecordBatch batch, long bodyLength, Check check) {
      this.batch = batch;
      this.bodyLength = bodyLength;
      this.check = check;
    }

    Region column(Column column, long rows) {
      String name = "column '" + column.name() + "'";
      ColumnType type = column.type();
      check.that(node(name) == rows, name + " has another number of rows than the batch");
      region(name, 0);
      int width = type.dtype().bytes();
      if (type instanceof ColumnType.Scalar) {
        return new Region(-1, region(name, rows * width).offset(), rows);
      }
      if (type instanceof ColumnType.FixedArray fixed) {
        long elements = rows * fixed.length();
        check.that(node(name) == elements, name + " has another number of elements than its type");
        region(name, 0);
        return new Region(-1, region(name, elements * width).offset(), elements);
      }
      long offsets = region(name, rows == 0 ? 0 : 4 * (rows + 1)).offset();
      if (type instanceof ColumnType.VariableArray) {
        long elements = node(name);
        check.that(elements >= 0 && elements <= Integer.MAX_VALUE, name + " has a wrong length");
        region(name, 0);
        return new Region(offsets, region(name, elements * width).offset(), elements);
      }
      Buffer bytes = region(name, 0);
      return new Region(offsets, bytes.offset(), bytes.length());
    }

    private long node(String name) {
      check.that(node < batch.nodesLength(), name + " has too few field nodes");
      FieldNode next = batch.nodes(node++);
      check.that(next.nullCount() == 0, name + " holds nulls");
      return next.length();
    }

    private Buffer region(String name, long atLeast) {
      check.that(buffer < batch.buffersLength(), name + " has too few buffers");
      Buffer next = batch.buffers(buffer++);
      long offset = next.offset();
      long length = next.length();
      check.that(
          offset >= 0 && length >= 0 && offset <= bodyLength && length <= bodyLength - offset,
          name + " has a buffer outside of its batch");
      check.that(length >= atLeast, name + " has a buffer of " + length + " bytes, not " + atLeast);
      return next;
    }

    void end() {
      check.that(
          node == batch.nodesLength() && buffer == batch.buffersLength(),
          "it has more columns than the schema");
    }
  }
}
