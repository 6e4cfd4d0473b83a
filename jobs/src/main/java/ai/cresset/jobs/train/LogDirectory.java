package ai.cresset.jobs.train;

import ai.cresset.error.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/**
 * Where the driver writes logs: the run's own directory where that is on this machine, otherwise a
 * temporary one, which {@link #publish} copies when the run ends.
 *
 * @param local where they are written
 * @param location where they belong, with scheme
 */
record LogDirectory(Path local, String location) {
  static LogDirectory of(String location) {
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(location);
    if ("file".equals(path.toUri().getScheme())) {
      return new LogDirectory(Path.of(path.toUri().getPath()), location);
    }
    try {
      return new LogDirectory(Files.createTempDirectory("cresset-logs"), location);
    } catch (IOException e) {
      throw DataException.because("cannot make a temporary directory for logs: " + e, e);
    }
  }

  /** Copies the files to where they belong, if they are not there. */
  void publish(Configuration configuration) {
    org.apache.hadoop.fs.Path target = new org.apache.hadoop.fs.Path(location);
    if ("file".equals(target.toUri().getScheme())) {
      return;
    }
    try (Stream<Path> files = Files.list(local)) {
      FileSystem system = target.getFileSystem(configuration);
      system.mkdirs(target);
      for (Path file : files.toList()) {
        system.copyFromLocalFile(
            true, true, new org.apache.hadoop.fs.Path(file.toUri()), target);
      }
      Files.delete(local);
    } catch (IOException e) {
      throw DataException.because("cannot write logs to " + location + ": " + e.getMessage(), e);
    }
  }
}
