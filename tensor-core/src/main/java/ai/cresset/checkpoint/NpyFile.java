package ai.cresset.checkpoint;

import ai.cresset.error.CheckpointException;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.NativeMemory;
import ai.cresset.memory.Scope;
import ai.cresset.memory.Storage;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * One array in NumPy's NPY format. Headers are checked before memory is taken, nothing in them is
 * evaluated, and arrays of Python objects are refused.
 */
public final class NpyFile {
  private static final int BLOCK_BYTES = 1 << 16;

  private NpyFile() {}

  /** Reads a file into new memory on the CPU. */
  public static Tensor read(Path path) {
    try (InputStream stream = new BufferedInputStream(Files.newInputStream(path))) {
      return read(path.toString(), stream, Files.size(path));
    } catch (IOException e) {
      throw CheckpointException.failed("read", path, e);
    }
  }

  /**
   * Reads what a stream holds.
   *
   * @param name for messages
   * @param limit the most bytes that the stream can hold, so that no header can ask for more memory
   */
  static Tensor read(String name, InputStream stream, long limit) throws IOException {
    byte[] start = stream.readNBytes(NpyHeader.MAGIC.length + 2);
    if (!Arrays.equals(Arrays.copyOf(start, NpyHeader.MAGIC.length), NpyHeader.MAGIC)) {
      throw CheckpointException.corrupt(name, "header", "it does not begin with \\x93NUMPY");
    }
    int version = start.length < 8 ? 0 : start[6];
    if (version < 1 || version > 3) {
      throw CheckpointException.because(
          name + ": NPY version " + version + " is not known; expected 1, 2 or 3");
    }
    byte[] count = stream.readNBytes(version == 1 ? 2 : 4);
    long length = 0;
    for (int i = count.length - 1; i >= 0; i--) {
      length = length << 8 | count[i] & 0xff;
    }
    if (length > NpyHeader.MAX_BYTES) {
      throw CheckpointException.corrupt(
          name, "header", "it has " + length + " bytes, expected at most " + NpyHeader.MAX_BYTES);
    }
    byte[] text = stream.readNBytes((int) length);
    if (text.length < length) {
      throw CheckpointException.corrupt(name, "header", "the file ends within it");
    }
    NpyHeader header = NpyHeader.parse(name, text);
    if (header.bytes() > limit) {
      throw CheckpointException.corrupt(
          name,
          "header",
          header.dtype()
              + header.shape().toString()
              + " has "
              + header.bytes()
              + " bytes, the file cannot hold more than "
              + limit);
    }
    return elements(name, header, stream);
  }

  private static Tensor elements(String name, NpyHeader header, InputStream stream)
      throws IOException {
    try (GradMode.Restore off = GradMode.disable();
        Scope scope = Scope.open("read an array")) {
      long[] sizes = header.shape().toArray();
      int rank = sizes.length;
      int[] reverse = new int[rank];
      long[] stored = sizes.clone();
      for (int dim = 0; dim < rank; dim++) {
        reverse[dim] = rank - 1 - dim;
        stored[dim] = header.fortran() ? sizes[rank - 1 - dim] : sizes[dim];
      }
      Tensor tensor = Tensor.empty(new Spec(Shape.of(stored), header.dtype(), Device.CPU));
      fill(name, header, stream, tensor.storage().address());
      Tensor ordered = header.fortran() ? tensor.permute(reverse).contiguous() : tensor;
      return scope.keep(ordered);
    }
  }

  private static void fill(String name, NpyHeader header, InputStream stream, long address)
      throws IOException {
    byte[] block = new byte[BLOCK_BYTES];
    long left = header.bytes();
    long to = address;
    int width = header.dtype().bytes();
    while (left > 0) {
      int part = (int) Math.min(BLOCK_BYTES, left);
      try {
        if (stream.readNBytes(block, 0, part) < part) {
          throw new EOFException();
        }
      } catch (EOFException e) {
        throw CheckpointException.corrupt(name, "elements", "the file ends too early");
      }
      if (header.swapped()) {
        swap(block, part, width);
      }
      NativeMemory.write(block, 0, to, part);
      to += part;
      left -= part;
    }
    if (stream.read() >= 0) {
      throw CheckpointException.corrupt(name, "elements", "there are bytes after the last one");
    }
  }

  private static void swap(byte[] block, int count, int width) {
    for (int at = 0; at < count; at += width) {
      for (int i = 0; i < width / 2; i++) {
        byte low = block[at + i];
        block[at + i] = block[at + width - 1 - i];
        block[at + width - 1 - i] = low;
      }
    }
  }

  /** Writes a file: beside it first, then in its place by one rename. */
  public static void save(Path path, Tensor tensor) {
    byte[] header = NpyHeader.toBytes(tensor.dtype(), tensor.shape());
    try {
      LocalFiles.replace(path, channel -> write(channel, header, tensor));
    } catch (IOException e) {
      throw CheckpointException.failed("write", path, e);
    }
  }

  /** Writes to a channel, which stays open. */
  public static void write(WritableByteChannel channel, Tensor tensor) throws IOException {
    write(channel, NpyHeader.toBytes(tensor.dtype(), tensor.shape()), tensor);
  }

  private static void write(WritableByteChannel channel, byte[] header, Tensor tensor)
      throws IOException {
    Channels.newOutputStream(channel).write(header);
    long bytes = tensor.numel() * tensor.dtype().bytes();
    try (GradMode.Restore off = GradMode.disable();
        Scope scope = Scope.open("write an array")) {
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
    byte[] block = new byte[BLOCK_BYTES];
    for (long done = 0; done < bytes; done += BLOCK_BYTES) {
      int part = (int) Math.min(BLOCK_BYTES, bytes - done);
      NativeMemory.read(address + done, block, 0, part);
      Channels.newOutputStream(channel).write(block, 0, part);
    }
  }
}
