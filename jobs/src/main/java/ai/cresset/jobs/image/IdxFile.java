package ai.cresset.jobs.image;

import ai.cresset.data.file.IdxHeader;
import ai.cresset.error.DataException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * An IDX file, plain or compressed.
 *
 * @param location where it is, with scheme
 * @param name its file name
 * @param length bytes as they are stored
 * @param modified when it was last changed, in milliseconds of the epoch
 * @param header what it holds
 */
record IdxFile(String location, String name, long length, long modified, IdxHeader header)
    implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int BUFFER_BYTES = 1 << 16;

  /**
   * Opens a file and reads its header.
   *
   * @param what the items are, plural
   * @param least dimensions
   * @param most dimensions
   * @throws DataException if it is no such file
   */
  static IdxFile of(
      FileStatus status, String what, int least, int most, Configuration configuration) {
    Path path = status.getPath();
    try (InputStream in = open(path, configuration, 0)) {
      return new IdxFile(
          path.toString(),
          path.getName(),
          status.getLen(),
          status.getModificationTime(),
          IdxHeader.read(path.getName(), what, least, most, in));
    } catch (IOException e) {
      throw unreadable(path.getName(), e);
    }
  }

  boolean isCompressed() {
    return name.endsWith(".gz");
  }

  private static InputStream open(Path path, Configuration configuration, long at)
      throws IOException {
    FSDataInputStream plain = path.getFileSystem(configuration).open(path);
    boolean done = false;
    try {
      InputStream in;
      if (path.getName().endsWith(".gz")) {
        in = new GZIPInputStream(plain, BUFFER_BYTES);
        in.skipNBytes(at);
      } else {
        plain.seek(at);
        in = new BufferedInputStream(plain, BUFFER_BYTES);
      }
      done = true;
      return in;
    } finally {
      if (!done) {
        plain.close();
      }
    }
  }

  /** The bytes from an item on. */
  InputStream open(Configuration configuration, long item) throws IOException {
    return open(new Path(location), configuration, header.bytes() + item * header.itemBytes());
  }

  /**
   * Makes sure that all items are there, and nothing else.
   *
   * @throws DataException if not
   */
  void checkLength(Configuration configuration) {
    long expected = header.bytes() + header.items() * header.itemBytes();
    long actual = isCompressed() ? unpackedLength(configuration) : length;
    if (actual != expected) {
      throw DataException.because(
          name
              + ": "
              + (actual < expected ? "truncated: " : "too long: ")
              + "its header promises "
              + header.items()
              + " items of "
              + header.itemBytes()
              + (header.itemBytes() == 1 ? " byte, " : " bytes, ")
              + expected
              + " with the header, it has "
              + actual
              + "; use another copy of it");
    }
  }

  private long unpackedLength(Configuration configuration) {
    byte[] buffer = new byte[BUFFER_BYTES];
    long total = 0;
    try (InputStream in = open(new Path(location), configuration, 0)) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        total += count;
      }
      return total;
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  static DataException unreadable(String name, IOException cause) {
    boolean damaged = cause instanceof EOFException || cause instanceof ZipException;
    return DataException.because(
        name
            + ": "
            + (damaged ? "truncated or damaged: " : "cannot be read: ")
            + cause.getMessage()
            + "; use another copy of it",
        cause);
  }
}
