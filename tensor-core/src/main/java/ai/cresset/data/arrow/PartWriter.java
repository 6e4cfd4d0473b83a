package ai.cresset.data.arrow;

import ai.cresset.error.DataException;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.NativeMemory;
import ai.cresset.memory.Storage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.ArrowBlock;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowFooter;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Writes one part: an Arrow IPC file whose record batches are the batches given. The same batches
 * give the same bytes.
 *
 * @see <a href="https://arrow.apache.org/docs/format/Columnar.html#ipc-file-format">the format</a>
 */
public final class PartWriter implements AutoCloseable {
  static final byte[] MAGIC = "ARROW1".getBytes(StandardCharsets.US_ASCII);

  private final String name;
  private final DatasetSchema schema;
  private final Schema arrowSchema;
  private final Allocator allocator;
  private final DigestingChannel channel;
  private final WriteChannel out;
  private final List<ArrowBlock> blocks = new ArrayList<>();
  private long rows;

  /**
   * Begins a part.
   *
   * @param name the part's file name, for the manifest
   * @param out where the bytes go; closed with this
   * @param allocator for batches that are not in Arrow buffers, which are copied
   */
  public PartWriter(String name, OutputStream out, DatasetSchema schema, Allocator allocator)
      throws IOException {
    this.name = name;
    this.schema = schema;
    this.arrowSchema = ArrowSchemas.toArrow(schema);
    this.allocator = allocator;
    this.channel = new DigestingChannel(out);
    this.out = new WriteChannel(channel);
    this.out.write(MAGIC);
    this.out.align();
    MessageSerializer.serialize(this.out, arrowSchema, IpcOption.DEFAULT);
  }

  /** Appends the rows of {@code batch}, which stays with the caller. */
  public void append(ColumnBatch batch) throws IOException {
    if (!batch.schema().equals(schema)) {
      throw DataException.because(
          "part " + name + ": expected columns " + schema + ", got " + batch.schema());
    }
    if (batch.rows() == 0) {
      return;
    }
    List<ArrowFieldNode> nodes = new ArrayList<>();
    List<ArrowBuf> buffers = new ArrayList<>();
    List<ArrowBuf> owned = new ArrayList<>();
    try (ArrowBuf noValidity = allocator.arrow().getEmpty()) {
      for (int i = 0; i < schema.size(); i++) {
        ColumnSlice column = batch.column(i);
        ColumnType type = column.column().type();
        long bytes = column.valueBytes();
        nodes.add(new ArrowFieldNode(batch.rows(), 0));
        buffers.add(noValidity);
        if (!type.isFixed()) {
          buffers.add(exactly(column.offsets(), 4L * (batch.rows() + 1), owned));
        }
        if (type instanceof ColumnType.FixedArray || type instanceof ColumnType.VariableArray) {
          nodes.add(new ArrowFieldNode(bytes / type.dtype().bytes(), 0));
          buffers.add(noValidity);
        }
        buffers.add(exactly(column.values(), bytes, owned));
      }
      try (ArrowRecordBatch record = new ArrowRecordBatch(batch.rows(), nodes, buffers)) {
        blocks.add(MessageSerializer.serialize(out, record));
      }
    } finally {
      owned.forEach(ArrowBuf::close);
    }
    rows += batch.rows();
  }

  private ArrowBuf exactly(Storage storage, long bytes, List<ArrowBuf> owned) {
    ArrowBuf buffer = storage.buffer();
    if (buffer == null) {
      buffer = allocator.arrow().buffer(Math.max(1, bytes));
      owned.add(buffer);
      NativeMemory.copy(storage.address(), buffer.memoryAddress(), bytes);
    }
    return buffer.slice(0, bytes);
  }

  /** Ends the part and closes the stream: what the manifest says about it. */
  public Manifest.Part finish() throws IOException {
    out.writeIntLittleEndian(MessageSerializer.IPC_CONTINUATION_TOKEN);
    out.writeIntLittleEndian(0);
    long start = out.getCurrentPosition();
    out.write(new ArrowFooter(arrowSchema, List.of(), blocks), false);
    out.writeIntLittleEndian(Math.toIntExact(out.getCurrentPosition() - start));
    out.write(MAGIC);
    channel.close();
    return new Manifest.Part(name, rows, channel.bytes(), channel.digest());
  }

  /** Closes the stream. Without {@link #finish} before, what was written is no valid part. */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
