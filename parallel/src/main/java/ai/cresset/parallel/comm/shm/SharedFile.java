package ai.cresset.parallel.comm.shm;

import ai.cresset.memory.FileMapping;
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

/** Files in memory that processes of one user map; they have names only until all have. */
final class SharedFile {
  private static final String PREFIX = "cresset-";
  private static final int BLOCK = 1 << 16;
  private static final Duration FORGOTTEN = Duration.ofMinutes(10);

  private SharedFile() {}

  /**
   * A new file of zeros under a name that cannot be guessed, for the owner only. All of it is
   * written, so that a directory that is too small says so now and not by a signal later.
   */
  static Path create(long bytes) throws IOException {
    sweep();
    Path file = SharedMemoryPlace.DIRECTORY.resolve(PREFIX + UUID.randomUUID());
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer zeros = ByteBuffer.allocateDirect(BLOCK);
      for (long left = bytes; left > 0; ) {
        zeros.clear().limit((int) Math.min(BLOCK, left));
        left -= channel.write(zeros);
      }
      return file;
    } catch (IOException e) {
      Files.delete(file);
      throw new IOException(
          "no room for "
              + bytes
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

  /** Opens what {@link #create} made, here or in a peer, after a look at what it is. */
  static FileMapping open(Path file, long bytes) throws IOException {
    if (!SharedMemoryPlace.DIRECTORY.equals(file.getParent())
        || !String.valueOf(file.getFileName()).startsWith(PREFIX)
        || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        || Files.size(file) != bytes) {
      throw new IOException(file + " is no file of " + bytes + " bytes for two workers");
    }
    return FileMapping.shared(file);
  }
}
