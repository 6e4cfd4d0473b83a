package ai.cresset.spark.checkpoint;

import ai.cresset.error.CheckpointException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A file on any Hadoop file system, to read at any place. */
public final class HadoopFile {
  private HadoopFile() {}

  /** Opens a file, which the caller closes; empty if there is none. */
  public static Optional<SeekableByteChannel> open(String location, Configuration configuration) {
    try {
      Path path = new Path(location);
      FileSystem files = path.getFileSystem(configuration);
      FileStatus status = files.getFileStatus(path);
      return status.isFile()
          ? Optional.of(new HadoopChannel(files.open(path), status.getLen()))
          : Optional.empty();
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw CheckpointException.because(location + " cannot be read: " + e.getMessage());
    }
  }
}
