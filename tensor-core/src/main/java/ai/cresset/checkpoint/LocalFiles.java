package ai.cresset.checkpoint;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Local files that survive a power cut once a call has returned. */
final class LocalFiles {
  private LocalFiles() {}

  /** Writes a new file and its directory entry to the disk. */
  static void create(Path path, CheckpointStore.Content content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      content.write(channel);
      channel.force(true);
    }
    forceDirectory(path.toAbsolutePath().getParent());
  }

  /** Replaces a file by one rename; the old content stays until the new one is complete. */
  static void replace(Path path, CheckpointStore.Content content) throws IOException {
    Path absolute = path.toAbsolutePath();
    Path beside =
        absolute.resolveSibling("." + absolute.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      try (FileChannel channel =
          FileChannel.open(beside, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        content.write(channel);
        channel.force(true);
      }
      Files.move(beside, absolute, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(beside);
    }
    forceDirectory(absolute.getParent());
  }

  /** Writes a directory's entries to the disk, so that a rename in it lasts. */
  static void forceDirectory(@Nullable Path directory) throws IOException {
    if (directory != null) {
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }
}
