package ai.cresset.jobs.table;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;

/**
 * What bytes of a CSV text stand in the way of reading it in parts: quotes, between which a line
 * feed ends no row, and ends of lines of more than one kind.
 *
 * @param quotes whether there is a quote
 * @param lineFeeds line feeds alone
 * @param pairs line feeds behind a carriage return
 * @param returns carriage returns without a line feed
 */
record LineScan(boolean quotes, long lineFeeds, long pairs, long returns) implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int BUFFER_BYTES = 1 << 16;

  /** Looks at whole lines. */
  static LineScan of(InputStream in) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    boolean quotes = false;
    long feeds = 0;
    long pairs = 0;
    long returns = 0;
    int before = 0;
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      for (int i = 0; i < count; i++) {
        int each = buffer[i];
        if (each == '\n') {
          pairs += before == '\r' ? 1 : 0;
          feeds += before == '\r' ? 0 : 1;
        } else if (before == '\r') {
          returns++;
        }
        quotes |= each == '"';
        before = each;
      }
    }
    return new LineScan(quotes, feeds, pairs, returns + (before == '\r' ? 1 : 0));
  }

  LineScan plus(LineScan other) {
    return new LineScan(
        quotes || other.quotes,
        lineFeeds + other.lineFeeds,
        pairs + other.pairs,
        returns + other.returns);
  }

  /** Whether each line is a row, or none. */
  boolean isPlain() {
    return !quotes && returns == 0 && (lineFeeds == 0 || pairs == 0);
  }
}
