package ai.cresset.checkpoint;

import ai.cresset.error.CheckpointException;
import ai.cresset.memory.NativeMemory;
import ai.cresset.memory.Storage;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.type.Device;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * An open safetensors file. Its header is checked when it is opened: no tensor lies outside of the
 * file or on another one. Elements are read straight into native memory, tensor by tensor.
 *
 * <p>Every damage is a {@link CheckpointException} that names the file and the tensor. Confined to
 * one thread. Source of the format: github.com/huggingface/safetensors.
 */
public final class SafetensorsFile implements AutoCloseable {
  private static final int SEGMENT_BYTES = 1 << 30;

  private final String name;
  private final SeekableByteChannel channel;
  private final long dataStart;
  private final SafetensorsHeader header;
  private final Map<String, SafetensorsEntry> byName = new LinkedHashMap<>();

  private SafetensorsFile(
      String name, SeekableByteChannel channel, long dataStart, SafetensorsHeader header) {
    this.name = name;
    this.channel = channel;
    this.dataStart = dataStart;
    this.header = header;
    header.entries().forEach(entry -> byName.put(entry.name(), entry));
  }

  /** Opens a local file. */
  public static SafetensorsFile open(Path path) {
    try {
      return open(path.toString(), Files.newByteChannel(path));
    } catch (IOException e) {
      throw CheckpointException.failed("open", path, e);
    }
  }

  /**
   * Opens what a channel holds; the channel is closed with the result.
   *
   * @param name for messages
   */
  public static SafetensorsFile open(String name, SeekableByteChannel channel) {
    boolean done = false;
    try {
      SafetensorsFile file = readHeader(name, channel);
      done = true;
      return file;
    } catch (IOException e) {
      throw CheckpointException.failed("read", name, e);
    } finally {
      if (!done) {
        closeQuietly(channel);
      }
    }
  }

  private static SafetensorsFile readHeader(String name, SeekableByteChannel channel)
      throws IOException {
    long size = channel.size();
    if (size < 8) {
      throw CheckpointException.corrupt(
          name, "header", "the file has " + size + " bytes, expected at least 8");
    }
    ByteBuffer prefix = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    channel.position(0);
    readFully(name, "header", channel, prefix);
    long headerBytes = prefix.getLong(0);
    if (headerBytes < 2 || headerBytes > SafetensorsHeader.MAX_BYTES || headerBytes > size - 8) {
      throw CheckpointException.corrupt(
          name,
          "header",
          "its length is "
              + Long.toUnsignedString(headerBytes)
              + ", expected 2 to "
              + Math.min(SafetensorsHeader.MAX_BYTES, size - 8)
              + " bytes");
    }
    byte[] json = new byte[(int) headerBytes];
    readFully(name, "header", channel, ByteBuffer.wrap(json));
    long dataStart = 8 + headerBytes;
    SafetensorsHeader header = SafetensorsHeader.parse(name, json, size - dataStart);
    return new SafetensorsFile(name, channel, dataStart, header);
  }

  /** The tensors in order of their bytes. */
  public List<SafetensorsEntry> entries() {
    return header.entries();
  }

  /** Free text by key. */
  public SortedMap<String, String> metadata() {
    return header.metadata();
  }

  /** Whether there is a tensor of this name. */
  public boolean contains(String tensor) {
    return byName.containsKey(tensor);
  }

  /** Type and place of a tensor. */
  public SafetensorsEntry entry(String tensor) {
    SafetensorsEntry entry = byName.get(tensor);
    if (entry == null) {
      throw CheckpointException.because(
          name + ": there is no tensor '" + tensor + "'; it has " + byName.keySet());
    }
    return entry;
  }

  /** Reads a tensor into new memory on the CPU. */
  public Tensor read(String tensor) {
    SafetensorsEntry entry = entry(tensor);
    Tensor result = Tensor.empty(new Spec(entry.shape(), entry.dtype(), Device.CPU));
    boolean done = false;
    try {
      readElements(entry, result.storage(), 0);
      done = true;
      return result;
    } finally {
      if (!done) {
        result.close();
      }
    }
  }

  /**
   * Reads a tensor into an existing one.
   *
   * @throws CheckpointException unless shape and type are equal
   */
  public void readInto(String tensor, Tensor target) {
    SafetensorsEntry entry = entry(tensor);
    if (!entry.shape().equals(target.shape()) || entry.dtype() != target.dtype()) {
      throw CheckpointException.because(
          name
              + ": tensor '"
              + tensor
              + "' is "
              + entry.dtype()
              + entry.shape()
              + ", expected "
              + target.spec());
    }
    if (target.device().isHost() && target.isContiguous()) {
      readElements(entry, target.storage(), target.storageOffset() * target.dtype().bytes());
      target.storage().changed();
      return;
    }
    try (GradMode.Restore off = GradMode.disable();
        Tensor read = read(tensor);
        Tensor moved = Tensor.empty(target.spec())) {
      moved.backend().upload(read.storage().address(), moved.storage(), 0, entry.bytes());
      target.copy_(moved);
    }
  }

  private void readElements(SafetensorsEntry entry, Storage into, long offset) {
    readBytes(entry.name(), 0, into.address() + offset, entry.bytes());
  }

  /** Reads some bytes of a tensor to an address in memory. */
  void readBytes(String tensor, long first, long address, long bytes) {
    SafetensorsEntry entry = entry(tensor);
    String place = "tensor '" + tensor + "'";
    if (first < 0 || bytes < 0 || first > entry.bytes() - bytes) {
      throw new IllegalArgumentException(bytes + " bytes from " + first + " of " + entry);
    }
    try {
      channel.position(dataStart + entry.begin() + first);
      long done = 0;
      while (done < bytes) {
        int part = (int) Math.min(SEGMENT_BYTES, bytes - done);
        readFully(name, place, channel, NativeMemory.buffer(address + done, part));
        done += part;
      }
    } catch (IOException e) {
      throw CheckpointException.failed("read " + place + " of", name, e);
    }
  }

  private static void readFully(
      String name, String place, SeekableByteChannel channel, ByteBuffer into) throws IOException {
    while (into.hasRemaining()) {
      if (channel.read(into) < 0) {
        throw CheckpointException.corrupt(
            name, place, "the file ends " + into.remaining() + " bytes too early");
      }
    }
  }

  private static void closeQuietly(SeekableByteChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // The reason why it is closed is on its way to the caller, and matters more.
    }
  }

  @Override
  public void close() {
    closeQuietly(channel);
  }

  @Override
  public String toString() {
    return name;
  }
}
