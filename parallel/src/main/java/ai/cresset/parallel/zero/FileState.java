package ai.cresset.parallel.zero;

import ai.cresset.error.ConfigException;
import ai.cresset.memory.SharedFile;
import ai.cresset.memory.Storage;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Strides;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Optimizer state in a file of this rank, mapped into memory: the system keeps the pages that are
 * in use and writes the others back. The file goes when this is closed.
 */
public final class FileState implements AutoCloseable {
  private final Path path;
  private final SharedFile file;

  private FileState(Path path, SharedFile file) {
    this.path = path;
    this.file = file;
  }

  /**
   * Makes a file in a directory, which is made too.
   *
   * @throws ConfigException if it cannot be written
   */
  public static FileState create(Path directory, int rank) {
    try {
      Files.createDirectories(directory);
      Path path = Files.createTempFile(directory, "optimizer-state-" + rank + "-", ".bin");
      return new FileState(path, SharedFile.open(path));
    } catch (IOException e) {
      throw ConfigException.because(
          "the directory for optimizer state, " + directory + ", cannot be written: " + e);
    }
  }

  /**
   * A tensor of zeros in the file.
   *
   * @throws ConfigException for a device, and if the file cannot grow
   */
  public Tensor allocate(Spec spec) {
    if (!spec.device().isHost()) {
      throw ConfigException.because(
          "optimizer state in files: expected parameters in host memory, got " + spec);
    }
    try {
      Storage storage = file.append(spec.shape().numel() * spec.dtype().bytes());
      try {
        return Tensor.view(
            storage, 0, spec.shape(), Strides.contiguous(spec.shape()), spec.dtype());
      } finally {
        storage.release();
      }
    } catch (IOException e) {
      throw ConfigException.because("optimizer state cannot be kept in " + path + ": " + e);
    }
  }

  /** The size of the file. */
  public long bytes() {
    return file.bytes();
  }

  public Path path() {
    return path;
  }

  /** Deletes the file; what was mapped stays readable until its tensors are closed. */
  @Override
  public void close() {
    try {
      file.close();
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw ConfigException.because("optimizer state in " + path + " cannot be removed: " + e);
    }
  }
}
