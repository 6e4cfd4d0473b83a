package ai.cresset.parallel.comm.shm;

import ai.cresset.memory.FileMapping;
import ai.cresset.memory.NativeMemory;
import ai.cresset.memory.Storage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/**
 * The memory of one pair of ranks: tokens by which they know it is the same, and a ring in each
 * direction.
 *
 * <pre>
 *   0      token of the maker, token of the guest, 32 bytes each
 *   128    ring from the maker to the guest: positions and flags
 *   512    ring from the guest to the maker
 *   4096   bytes of the first ring, then those of the second
 * </pre>
 */
final class SharedSegment implements AutoCloseable {
  static final int TOKEN_BYTES = 32;

  private static final String PREFIX = "cresset-";
  private static final int DATA = 4096;
  private static final int FIRST_HEADER = 128;
  private static final int SECOND_HEADER = 512;
  private static final int BLOCK = 1 << 16;
  private static final Duration FORGOTTEN = Duration.ofMinutes(10);

  private final Storage memory;
  private final ByteBuffer buffer;
  private final int ringBytes;

  private SharedSegment(Storage memory, int ringBytes) {
    this.memory = memory;
    this.ringBytes = ringBytes;
    this.buffer = NativeMemory.buffer(memory.address(), (int) memory.bytes());
  }

  private static long bytes(int ringBytes) {
    return DATA + 2L * ringBytes;
  }

  /**
   * A new file under a name that cannot be guessed, for the owner only. All of it is written, so
   * that a directory that is too small says so now and not by a signal later.
   */
  static Path create(int ringBytes) throws IOException {
    sweep();
    Path file = SharedMemoryPlace.DIRECTORY.resolve(PREFIX + UUID.randomUUID());
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer zeros = ByteBuffer.allocateDirect(BLOCK);
      for (long left = bytes(ringBytes); left > 0; ) {
        zeros.clear().limit((int) Math.min(BLOCK, left));
        left -= channel.write(zeros);
      }
      return file;
    } catch (IOException e) {
      Files.delete(file);
      throw new IOException(
          "no room for "
              + bytes(ringBytes)
              + " bytes in "
              + SharedMemoryPlace.DIRECTORY
              + " ("
              + e.getMessage()
              + ")",
          e);
    }
  }

  /** Removes what a worker left that was killed while it connected. */
  private static void sweep() throws IOException {
    Instant old = Instant.now().minus(FORGOTTEN);
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(SharedMemoryPlace.DIRECTORY, PREFIX + "*")) {
      for (Path file : files) {
        if (isOlder(file, old)) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  /** Other workers remove files of theirs at any time. */
  private static boolean isOlder(Path file, Instant than) throws IOException {
    try {
      return Files.isWritable(file)
          && Files.getLastModifiedTime(file).compareTo(FileTime.from(than)) < 0;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** Maps what {@link #create} made, here or in a peer. */
  static SharedSegment map(Path file, int ringBytes) throws IOException {
    if (!SharedMemoryPlace.DIRECTORY.equals(file.getParent())
        || !String.valueOf(file.getFileName()).startsWith(PREFIX)
        || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        || Files.size(file) != bytes(ringBytes)) {
      throw new IOException(file + " is no file of " + bytes(ringBytes) + " bytes for two workers");
    }
    try (FileMapping mapping = FileMapping.shared(file)) {
      return new SharedSegment(mapping.map(0, bytes(ringBytes)), ringBytes);
    }
  }

  void putToken(boolean maker, byte[] token) {
    buffer.put(maker ? 0 : TOKEN_BYTES, token);
  }

  byte[] token(boolean maker) {
    byte[] token = new byte[TOKEN_BYTES];
    buffer.get(maker ? 0 : TOKEN_BYTES, token);
    return token;
  }

  /** The ring that the maker writes, or the one that the guest writes. */
  ByteRing ring(boolean ofMaker) {
    return new ByteRing(
        buffer,
        ofMaker ? FIRST_HEADER : SECOND_HEADER,
        ofMaker ? DATA : DATA + ringBytes,
        ringBytes);
  }

  /** Unmaps it. Nobody may use a ring of it afterwards. */
  @Override
  public void close() {
    memory.release();
  }
}
