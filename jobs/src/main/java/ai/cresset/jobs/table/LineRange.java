package ai.cresset.jobs.table;

import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.fs.FSDataInputStream;

/**
 * The lines of a text that begin within a range of its bytes: the ranges of a file that touch each
 * other have every line once. Lines end with a line feed.
 */
final class LineRange extends InputStream {
  private final FSDataInputStream in;
  private long left;
  private boolean atLineStart;
  private boolean ended;

  /**
   * Begins to read.
   *
   * @param begin the first byte of the range
   * @param end the byte after its last one
   */
  LineRange(FSDataInputStream in, long begin, long end) throws IOException {
    this.in = in;
    left = end - begin;
    atLineStart = true;
    if (begin > 0) {
      // The line that the byte before belongs to is the range's before, with its line feed.
      in.seek(begin - 1);
      int last = in.read();
      while (last >= 0 && last != '\n') {
        last = in.read();
        left--;
      }
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (ended || (left <= 0 && atLineStart)) {
      ended = true;
      return -1;
    }
    if (length == 0) {
      return 0;
    }
    int found = in.read(into, offset, left > 0 ? (int) Math.min(length, left) : length);
    if (found < 0) {
      ended = true;
      return -1;
    }
    if (left > 0) {
      left -= found;
    } else {
      // What is behind the range belongs to it up to the end of its last line.
      for (int i = 0; i < found; i++) {
        if (into[offset + i] == '\n') {
          ended = true;
          return i + 1;
        }
      }
    }
    atLineStart = into[offset + found - 1] == '\n';
    return found;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
