package ai.cresset.checkpoint;

import ai.cresset.error.CheckpointException;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.NativeMemory;
import ai.cresset.memory.Scope;
import ai.cresset.memory.Storage;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes tensors as safetensors. The bytes depend on nothing but names, tensors and metadata: wide
 * types come first, then names in order, as the format's own writer does it.
 */
public final class SafetensorsWriter {
  private static final int SEGMENT_BYTES = 1 << 30;

  private SafetensorsWriter() {}

  /**
   * Writes a local file: beside it first, then in its place by one rename, so that a reader sees
   * the old content or the new one, whenever this process dies.
   */
  public static void save(
      Path path, Map<String, ? extends Tensor> tensors, Map<String, String> metadata) {
    try {
      LocalFiles.replace(path, channel -> write(channel, tensors, metadata));
    } catch (IOException e) {
      throw CheckpointException.failed("write", path, e);
    }
  }

  /** Writes to a channel, which stays open. */
  public static void write(
      WritableByteChannel channel,
      Map<String, ? extends Tensor> tensors,
      Map<String, String> metadata)
      throws IOException {
    List<String> order = new ArrayList<>(tensors.keySet());
    order.sort(
        Comparator.comparingInt((String name) -> -tensor(tensors, name).dtype().bytes())
            .thenComparing(Comparator.naturalOrder()));
    List<SafetensorsEntry> entries = new ArrayList<>();
    long at = 0;
    for (String name : order) {
      Tensor tensor = tensor(tensors, name);
      long end = at + tensor.numel() * tensor.dtype().bytes();
      entries.add(new SafetensorsEntry(name, tensor.dtype(), tensor.shape(), at, end));
      at = end;
    }
    byte[] header = new SafetensorsHeader(entries, new TreeMap<>(metadata)).toBytes();
    ByteBuffer prefix = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    writeFully(channel, prefix.putLong(0, header.length));
    writeFully(channel, ByteBuffer.wrap(header));
    for (String name : order) {
      writeElements(channel, tensor(tensors, name));
    }
  }

  private static Tensor tensor(Map<String, ? extends Tensor> tensors, String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw CheckpointException.because("there is no tensor under the name '" + name + "'");
    }
    return tensor;
  }

  private static void writeElements(WritableByteChannel channel, Tensor tensor) throws IOException {
    long bytes = tensor.numel() * tensor.dtype().bytes();
    try (GradMode.Restore off = GradMode.disable();
        Scope scope = Scope.open("write a tensor")) {
      Tensor rows = tensor.isContiguous() ? tensor : tensor.detachedClone();
      long offset = rows.storageOffset() * tensor.dtype().bytes();
      if (rows.device().isHost()) {
        writeMemory(channel, rows.storage().address() + offset, bytes);
        return;
      }
      Storage host = Allocator.current().allocate(bytes);
      try {
        rows.backend().download(rows.storage(), offset, host.address(), bytes);
        writeMemory(channel, host.address(), bytes);
      } finally {
        host.release();
      }
    }
  }

  private static void writeMemory(WritableByteChannel channel, long address, long bytes)
      throws IOException {
    for (long done = 0; done < bytes; done += SEGMENT_BYTES) {
      int part = (int) Math.min(SEGMENT_BYTES, bytes - done);
      writeFully(channel, NativeMemory.buffer(address + done, part));
    }
  }

  private static void writeFully(WritableByteChannel channel, ByteBuffer from) throws IOException {
    while (from.hasRemaining()) {
      channel.write(from);
    }
  }
}
