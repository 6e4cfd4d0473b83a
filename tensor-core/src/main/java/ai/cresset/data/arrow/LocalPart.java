package ai.cresset.data.arrow;

import java.nio.file.Path;

/**
 * A part as a local file.
 *
 * @param path the file
 * @param onClose gives the file back to whoever keeps it
 */
public record LocalPart(Path path, Runnable onClose) implements AutoCloseable {
  @Override
  public void close() {
    onClose.run();
  }
}
