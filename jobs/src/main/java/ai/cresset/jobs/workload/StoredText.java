package ai.cresset.jobs.workload;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.cresset.error.ConfigException;
import ai.cresset.error.DataException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsAction;
import org.jspecify.annotations.Nullable;

/** A directory of small texts on any Hadoop file system. A text is replaced whole or not at all. */
public final class StoredText {
  private final Path directory;
  private final FileSystem files;
  private final Configuration configuration;

  private StoredText(Path directory, FileSystem files, Configuration configuration) {
    this.directory = directory;
    this.files = files;
    this.configuration = configuration;
  }

  /** The directory, which need not exist; relative paths start at the driver's. */
  public static StoredText in(String directory, Configuration configuration) {
    try {
      Path path = new Path(directory);
      FileSystem files = path.getFileSystem(configuration);
      Path qualified = files.makeQualified(path);
      FileSystem plain = files instanceof LocalFileSystem local ? local.getRaw() : files;
      return new StoredText(qualified, plain, configuration);
    } catch (IOException e) {
      throw unreachable(directory, e);
    }
  }

  /** Where it is, with scheme: the same place for every process. */
  public String location() {
    return directory.toString();
  }

  public StoredText child(String name) {
    return new StoredText(new Path(directory, name), files, configuration);
  }

  /**
   * Finds out whether the directory can be made and written to; changes nothing.
   *
   * @param key the setting that names it
   * @throws ConfigException if not
   */
  public void checkWritable(String key) {
    try {
      Path there = directory;
      while (there.getParent() != null && !files.exists(there)) {
        there = there.getParent();
      }
      if (!files.getFileStatus(there).isDirectory()) {
        throw unusable(key, there.toUri().getPath() + " is a file");
      }
      if (isLocal(there)) {
        if (!java.nio.file.Files.isWritable(java.nio.file.Path.of(there.toUri().getPath()))) {
          throw unusable(key, there.toUri().getPath() + " may not be written to");
        }
      } else {
        files.access(there, FsAction.WRITE_EXECUTE);
      }
    } catch (IOException e) {
      throw unusable(key, String.valueOf(e.getMessage()));
    }
  }

  private ConfigException unusable(String key, String why) {
    return ConfigException.value(
        key, "'" + directory + "': " + why, "a directory that can be made and written to");
  }

  private static boolean isLocal(Path path) {
    return "file".equals(path.toUri().getScheme());
  }

  /** The text of a file; empty if there is none. */
  public Optional<String> read(String name) {
    try (InputStream in = files.open(new Path(directory, name))) {
      return Optional.of(new String(in.readAllBytes(), UTF_8));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw unreachable(directory + "/" + name, e);
    }
  }

  private static DataException unreachable(Object path, IOException cause) {
    return DataException.because(
        path
            + " cannot be reached: "
            + cause.getMessage()
            + "; name a path on a file system that the driver and all executors reach",
        cause);
  }

  public void write(String name, String text) {
    Path target = new Path(directory, name);
    Path temporary = new Path(directory, "." + name + "." + UUID.randomUUID());
    try {
      files.mkdirs(directory);
      try (OutputStream out = files.create(temporary, false)) {
        out.write(text.getBytes(UTF_8));
      }
      rename(temporary, target);
    } catch (IOException e) {
      throw DataException.because("cannot write " + target + ": " + e.getMessage(), e);
    }
  }

  private void rename(Path from, Path to) throws IOException {
    java.nio.file.@Nullable Path local =
        isLocal(to) ? java.nio.file.Path.of(to.toUri().getPath()) : null;
    if (local != null) {
      java.nio.file.Files.move(
          java.nio.file.Path.of(from.toUri().getPath()),
          local,
          java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    } else {
      FileContext.getFileContext(to.toUri(), configuration)
          .rename(from, to, Options.Rename.OVERWRITE);
    }
  }
}
