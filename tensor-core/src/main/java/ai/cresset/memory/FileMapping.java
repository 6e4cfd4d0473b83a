package ai.cresset.memory;

import ai.cresset.type.Device;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.arrow.memory.util.MemoryUtil;

/**
 * An open file whose regions are mapped into memory as storages. A region stays mapped until its
 * storage is released, also after this is closed.
 *
 * <p>Mappings of {@link #open} are private: a write in place changes the storage, never the file.
 * Only where the file may not be opened for writing they are read-only, and a write in place ends
 * the process. Those of {@link #shared} are seen by every process that maps the file so.
 */
public final class FileMapping implements AutoCloseable {
  private final FileChannel channel;
  private final FileChannel.MapMode mode;

  private FileMapping(FileChannel channel, FileChannel.MapMode mode) {
    this.channel = channel;
    this.mode = mode;
  }

  /** Opens {@code file}, which must exist. */
  public static FileMapping open(Path file) throws IOException {
    try {
      return new FileMapping(
          FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE),
          FileChannel.MapMode.PRIVATE);
    } catch (FileSystemException e) {
      if (Files.isReadable(file)) {
        return readOnly(file);
      }
      throw e;
    }
  }

  /** Opens {@code file}, which must exist, to share its memory with other processes. */
  public static FileMapping shared(Path file) throws IOException {
    return new FileMapping(
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE),
        FileChannel.MapMode.READ_WRITE);
  }

  private static FileMapping readOnly(Path file) throws IOException {
    return new FileMapping(
        FileChannel.open(file, StandardOpenOption.READ), FileChannel.MapMode.READ_ONLY);
  }

  /**
   * A new, empty file to write to and to map, without a name of its own: it is gone when nothing
   * uses it any more, also after this process was killed.
   *
   * @param directory on a disk that has room
   */
  public static FileMapping temporary(Path directory) throws IOException {
    Path file = Files.createTempFile(directory, "cresset-", ".tmp");
    try {
      return new FileMapping(
          FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE),
          FileChannel.MapMode.PRIVATE);
    } finally {
      Files.delete(file);
    }
  }

  /** The open file, for what is read rather than mapped. */
  public FileChannel channel() {
    return channel;
  }

  /**
   * Maps a region that lies within the file.
   *
   * @param bytes at most 2 GiB - 1
   */
  public Storage map(long position, long bytes) throws IOException {
    if (position < 0
        || bytes < 0
        || bytes > Integer.MAX_VALUE
        || position > channel.size() - bytes) {
      throw new IllegalArgumentException(
          "region of " + bytes + " bytes at " + position + " of a file of " + channel.size());
    }
    if (bytes == 0) {
      return Storage.foreign(Device.CPU, 0, 0, () -> {});
    }
    MappedByteBuffer region = channel.map(mode, position, bytes);
    return Storage.foreign(
        Device.CPU,
        MemoryUtil.getByteBufferAddress(region),
        bytes,
        () -> NativeMemory.free(region));
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
