package ai.cresset.spark.data;

import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/** The file system of a data set. Local files go without Hadoop's checksum files beside them. */
final class DatasetFileSystem {
  private DatasetFileSystem() {}

  static FileSystem of(Path directory, Configuration configuration) throws IOException {
    FileSystem system = directory.getFileSystem(configuration);
    return system instanceof LocalFileSystem local ? local.getRaw() : system;
  }

  /** The local path of a directory on the local file system; empty on all others. */
  static Optional<java.nio.file.Path> local(Path directory, Configuration configuration)
      throws IOException {
    FileSystem system = directory.getFileSystem(configuration);
    return "file".equals(system.getScheme())
        ? Optional.of(java.nio.file.Path.of(system.makeQualified(directory).toUri().getPath()))
        : Optional.empty();
  }
}
