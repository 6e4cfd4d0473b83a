package ai.cresset.data.arrow;

/**
 * Where a data set lies: gives its manifest and makes its parts available as local files. Other
 * file systems than the local one are behind it. Thread-safe.
 */
public interface PartSource extends AutoCloseable {
  /** The directory, for messages. */
  String location();

  /**
   * Reads the manifest.
   *
   * @throws ai.cresset.error.DataException if there is none, or it cannot be read
   */
  Manifest manifest();

  /**
   * A local file with the content of {@code part}, which stays where it is until the result is
   * closed.
   */
  LocalPart acquire(Manifest.Part part);

  @Override
  default void close() {}
}
