package ai.cresset.checkpoint;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.List;

/**
 * A directory tree that outlives the process: local disks here, Hadoop file systems elsewhere.
 * Paths are relative to it and use {@code /}; "" is its root. Every call may fail at any moment,
 * and so may the process: what a call promises holds once it has returned.
 */
public interface CheckpointStore {
  /** Where this is, for messages. */
  String location();

  /** The names in a directory, sorted; none if it does not exist. */
  List<String> list(String directory) throws IOException;

  /** Opens a file. */
  SeekableByteChannel read(String path) throws IOException;

  /**
   * Writes a new file, and its parent directories where they are missing. It is on the disk when
   * this returns; after a failure a part of it may be left.
   *
   * @throws IOException also if the path exists
   */
  void write(String path, Content content) throws IOException;

  /** What is to be written. */
  @FunctionalInterface
  interface Content {
    void write(WritableByteChannel channel) throws IOException;
  }

  /**
   * Creates an empty file, and its parent directories, unless it exists: of several callers at once
   * exactly one gets true.
   */
  boolean claim(String path) throws IOException;

  /**
   * Renames a file or directory in one step: nobody ever sees a part of it.
   *
   * @throws IOException also if {@code from} is absent or {@code to} exists; a directory is never
   *     moved into another one
   */
  void rename(String from, String to) throws IOException;

  /** Deletes a file, or a directory with all that is in it; nothing if it is absent. */
  void delete(String path) throws IOException;
}
