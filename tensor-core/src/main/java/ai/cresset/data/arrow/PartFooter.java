package ai.cresset.data.arrow;

import ai.cresset.error.DataException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.flatbuf.Block;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * What an Arrow IPC file says about itself: schema and record batches.
 *
 * @see <a href="https://arrow.apache.org/docs/format/Columnar.html#ipc-file-format">the format</a>
 */
record PartFooter(DatasetSchema schema, List<BatchLayout> batches) {
  private static final int TRAILER = 4 + PartWriter.MAGIC.length;
  private static final int HEADER = 8;

  /** Reads and checks all metadata of a file. */
  static PartFooter read(FileChannel channel, Object file) throws IOException {
    long size = channel.size();
    BatchLayout.Check check = new BatchLayout.Check(file, "footer");
    check.that(size >= HEADER + TRAILER, "the file has " + size + " bytes");
    check.that(isMagic(read(channel, 0, HEADER)), "the file does not begin with ARROW1");
    ByteBuffer trailer = read(channel, size - TRAILER, TRAILER);
    int length = trailer.getInt();
    check.that(isMagic(trailer), "the file does not end with ARROW1");
    long start = size - TRAILER - length;
    check.that(length > 0 && start >= HEADER, "a footer of " + length + " bytes");
    ByteBuffer bytes = read(channel, start, length);
    try {
      return parse(channel, bytes, start, file, check);
    } catch (DataException | IOException e) {
      throw e;
    } catch (RuntimeException | StackOverflowError e) {
      throw DataException.corrupt(file, "metadata", e);
    }
  }

  private static PartFooter parse(
      FileChannel channel, ByteBuffer bytes, long end, Object file, BatchLayout.Check check)
      throws IOException {
    Footer footer = Footer.getRootAsFooter(bytes);
    check.that(footer.schema() != null, "it has no schema");
    check.that(footer.dictionariesLength() == 0, "dictionaries are not read");
    Schema arrow = Schema.convertSchema(footer.schema());
    DatasetSchema schema = ArrowSchemas.fromArrow(arrow, file);
    List<BatchLayout> batches = new ArrayList<>();
    for (int i = 0; i < footer.recordBatchesLength(); i++) {
      Block block = footer.recordBatches(i);
      batches.add(batch(channel, block, schema, end, new BatchLayout.Check(file, "batch " + i)));
    }
    return new PartFooter(schema, List.copyOf(batches));
  }

  private static BatchLayout batch(
      FileChannel channel, Block block, DatasetSchema schema, long end, BatchLayout.Check check)
      throws IOException {
    long offset = block.offset();
    int metadataLength = block.metaDataLength();
    long bodyLength = block.bodyLength();
    check.that(
        offset >= HEADER
            && metadataLength > 8
            && bodyLength >= 0
            && offset <= end
            && metadataLength <= end - offset
            && bodyLength <= end - offset - metadataLength,
        "it lies outside of the file");
    ByteBuffer metadata = read(channel, offset, metadataLength);
    int prefix = metadata.getInt();
    int length = prefix == MessageSerializer.IPC_CONTINUATION_TOKEN ? metadata.getInt() : prefix;
    check.that(length > 0 && length <= metadata.remaining(), "metadata of " + length + " bytes");
    Message message = Message.getRootAsMessage(metadata.slice().order(ByteOrder.LITTLE_ENDIAN));
    return BatchLayout.parse(message, schema, offset + metadataLength, bodyLength, check);
  }

  private static boolean isMagic(ByteBuffer bytes) {
    byte[] found = new byte[PartWriter.MAGIC.length];
    bytes.get(found);
    return Arrays.equals(found, PartWriter.MAGIC);
  }

  private static ByteBuffer read(FileChannel channel, long position, int length)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, position + bytes.position()) < 0) {
        throw new IOException("the file ended at " + (position + bytes.position()));
      }
    }
    return bytes.flip();
  }
}
