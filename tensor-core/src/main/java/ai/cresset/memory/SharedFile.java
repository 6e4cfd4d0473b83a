package ai.cresset.memory;

import ai.cresset.type.Device;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.arrow.memory.util.MemoryUtil;

/**
 * A file that grows by storages whose writes go into it: memory that the system may put aside. A
 * region stays mapped until its storage is released, also after this is closed.
 */
public final class SharedFile implements AutoCloseable {
  /** Regions begin at multiples of a cache line, as other storages do. */
  private static final long ALIGNMENT = 64;

  private final FileChannel channel;
  private long end;

  private SharedFile(FileChannel channel) {
    this.channel = channel;
  }

  /** Opens a file, which must exist; what it holds is overwritten. */
  public static SharedFile open(Path file) throws IOException {
    return new SharedFile(
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE));
  }

  /**
   * New bytes at the end of the file, all 0.
   *
   * @param bytes at most 2 GiB - 1
   */
  public Storage append(long bytes) throws IOException {
    if (bytes < 0 || bytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("a region of " + bytes + " bytes; 2 GiB - 1 at most");
    }
    if (bytes == 0) {
      return Storage.foreign(Device.CPU, 0, 0, () -> {});
    }
    MappedByteBuffer region = channel.map(FileChannel.MapMode.READ_WRITE, end, bytes);
    end += (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return Storage.foreign(
        Device.CPU,
        MemoryUtil.getByteBufferAddress(region),
        bytes,
        () -> NativeMemory.free(region));
  }

  /** The size of the file. */
  public long bytes() {
    return end;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
