package ai.cresset.checkpoint;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A directory of a local or mounted file system. */
public final class LocalCheckpointStore implements CheckpointStore {
  private final Path root;

  /** A store in {@code root}, which is created when something is written. */
  public LocalCheckpointStore(Path root) {
    this.root = root.toAbsolutePath().normalize();
  }

  private Path at(String path) {
    return path.isEmpty() ? root : root.resolve(path);
  }

  @Override
  public String location() {
    return root.toString();
  }

  @Override
  public List<String> list(String directory) throws IOException {
    if (!Files.isDirectory(at(directory))) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(at(directory))) {
      return entries.map(entry -> String.valueOf(entry.getFileName())).sorted().toList();
    }
  }

  @Override
  public SeekableByteChannel read(String path) throws IOException {
    return Files.newByteChannel(at(path));
  }

  @Override
  public void write(String path, Content content) throws IOException {
    makeParent(path);
    LocalFiles.create(at(path), content);
  }

  @Override
  public boolean claim(String path) throws IOException {
    makeParent(path);
    try {
      LocalFiles.create(at(path), channel -> {});
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  @Override
  public void rename(String from, String to) throws IOException {
    if (Files.exists(at(to), LinkOption.NOFOLLOW_LINKS)) {
      throw new FileAlreadyExistsException(at(to).toString());
    }
    makeParent(to);
    Files.move(at(from), at(to), StandardCopyOption.ATOMIC_MOVE);
    LocalFiles.forceDirectory(at(to).getParent());
  }

  @Override
  public void delete(String path) throws IOException {
    if (!Files.exists(at(path), LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        at(path),
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException error)
              throws IOException {
            if (error != null) {
              throw error;
            }
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private void makeParent(String path) throws IOException {
    Path parent = at(path).getParent();
    if (parent != null && !Files.isDirectory(parent)) {
      Files.createDirectories(parent);
      LocalFiles.forceDirectory(parent.getParent());
    }
  }
}
