package ai.cresset.spark.checkpoint;

import ai.cresset.checkpoint.CheckpointStore;
import ai.cresset.checkpoint.LocalCheckpointStore;
import ai.cresset.error.CheckpointException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.ipc.RemoteException;

/**
 * A directory of a Hadoop file system whose renames are atomic, such as HDFS. Object stores that
 * copy instead of renaming do not keep what {@link CheckpointStore} promises.
 */
public final class HadoopCheckpointStore implements CheckpointStore {
  /** HDFS says so of a file whose creator has not closed it yet, or never will. */
  private static final String UNFINISHED = ".AlreadyBeingCreatedException";

  private final Path root;
  private final FileContext files;

  private HadoopCheckpointStore(Path root, FileContext files) {
    this.root = root;
    this.files = files;
  }

  /**
   * The store in a directory, which is created when something is written. Local directories get a
   * {@link LocalCheckpointStore}, which forces files to the disk.
   *
   * @param configuration Hadoop's; in a task {@code SparkHadoopUtil.get().conf()}
   */
  public static CheckpointStore open(String directory, Configuration configuration) {
    try {
      Path path = new Path(directory);
      Path qualified = path.getFileSystem(configuration).makeQualified(path);
      return "file".equals(qualified.toUri().getScheme())
          ? new LocalCheckpointStore(java.nio.file.Path.of(qualified.toUri().getPath()))
          : remote(qualified, configuration);
    } catch (IOException e) {
      throw CheckpointException.failed("open", directory, e);
    }
  }

  /** A store that uses Hadoop's interface whatever the file system. */
  static HadoopCheckpointStore remote(Path root, Configuration configuration) throws IOException {
    return new HadoopCheckpointStore(root, FileContext.getFileContext(root.toUri(), configuration));
  }

  private Path at(String path) {
    return path.isEmpty() ? root : new Path(root, path);
  }

  @Override
  public String location() {
    return root.toString();
  }

  @Override
  public List<String> list(String directory) throws IOException {
    try {
      FileStatus[] entries = files.util().listStatus(at(directory));
      return Arrays.stream(entries).map(entry -> entry.getPath().getName()).sorted().toList();
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  @Override
  public SeekableByteChannel read(String path) throws IOException {
    long size = files.getFileStatus(at(path)).getLen();
    return new HadoopChannel(files.open(at(path)), size);
  }

  @Override
  public void write(String path, Content content) throws IOException {
    FSDataOutputStream out = create(path);
    try {
      WritableByteChannel channel = Channels.newChannel(out);
      content.write(channel);
      out.hsync();
    } catch (IOException e) {
      closeAfter(e, out);
      throw e;
    }
    out.close();
  }

  /** Closing what has failed fails on HDFS with the very same exception. */
  private static void closeAfter(IOException failure, FSDataOutputStream out) {
    try {
      out.close();
    } catch (IOException e) {
      if (e != failure) {
        failure.addSuppressed(e);
      }
    }
  }

  private FSDataOutputStream create(String path) throws IOException {
    return files.create(at(path), EnumSet.of(CreateFlag.CREATE), Options.CreateOpts.createParent());
  }

  @Override
  public boolean claim(String path) throws IOException {
    try {
      create(path).close();
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (RemoteException e) {
      if (e.getClassName().endsWith(UNFINISHED)) {
        return false;
      }
      throw e;
    }
  }

  @Override
  public void rename(String from, String to) throws IOException {
    files.rename(at(from), at(to), Options.Rename.NONE);
  }

  @Override
  public void delete(String path) throws IOException {
    try {
      files.delete(at(path), true);
    } catch (FileNotFoundException e) {
      // absent is what was wanted
    }
  }
}
