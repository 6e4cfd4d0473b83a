package ai.cresset.spark.data;

import ai.cresset.data.arrow.DirectorySource;
import ai.cresset.data.arrow.LocalPart;
import ai.cresset.data.arrow.Manifest;
import ai.cresset.data.arrow.PartSource;
import ai.cresset.error.DataException;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A data set on a Hadoop file system. Its parts are copied to local disk when first used; on the
 * local file system they are used where they lie.
 */
public final class HadoopPartSource implements PartSource {
  private final Path directory;
  private final FileSystem system;
  private final PartCache cache;

  private HadoopPartSource(Path directory, FileSystem system, PartCache cache) {
    this.directory = directory;
    this.system = system;
    this.cache = cache;
  }

  /**
   * The data set in {@code directory}.
   *
   * @param configuration Hadoop's; in a task {@code SparkHadoopUtil.get().conf()}
   * @param cache where parts of other file systems go
   */
  public static PartSource open(String directory, Configuration configuration, PartCache cache) {
    Path path = new Path(directory);
    try {
      Optional<java.nio.file.Path> local = DatasetFileSystem.local(path, configuration);
      return local.isPresent()
          ? new DirectorySource(local.get())
          : new HadoopPartSource(path, DatasetFileSystem.of(path, configuration), cache);
    } catch (IOException e) {
      throw DataException.because("the file system of " + directory + " is not there: " + e, e);
    }
  }

  @Override
  public String location() {
    return directory.toString();
  }

  @Override
  public Manifest manifest() {
    try {
      return DatasetDirectory.read(system, directory)
          .orElseThrow(
              () ->
                  DataException.because(
                      directory
                          + " holds no complete data set: there is no "
                          + Manifest.FILE_NAME));
    } catch (IOException e) {
      throw DataException.because("the manifest of " + directory + " cannot be read: " + e, e);
    }
  }

  @Override
  public LocalPart acquire(Manifest.Part part) {
    return cache.acquire(part, () -> system.open(new Path(directory, part.name())));
  }
}
