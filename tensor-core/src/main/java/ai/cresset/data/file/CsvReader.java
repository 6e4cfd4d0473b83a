package ai.cresset.data.file;

import ai.cresset.error.DataException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads CSV (RFC 4180): values in quotes may hold delimiters, line ends and doubled quotes. Empty
 * lines are no rows.
 */
public final class CsvReader implements AutoCloseable {
  private static final int END = -1;

  private final Path file;
  private final char delimiter;
  private final BufferedReader reader;
  private long line = 1;
  private boolean wasReturn;

  /**
   * A row.
   *
   * @param line where it begins, from 1
   * @param values in order
   */
  public record Row(long line, List<String> values) {
    public Row {
      values = List.copyOf(values);
    }
  }

  /** Opens a file. */
  public CsvReader(Path file, char delimiter) {
    this.file = file;
    this.delimiter = delimiter;
    try {
      this.reader = DataFile.text(file);
    } catch (IOException e) {
      throw DataFile.unreadable(file, e);
    }
  }

  /** The next row; null after the last. */
  public @Nullable Row next() {
    try {
      while (true) {
        long begin = line;
        List<String> values = new ArrayList<>();
        boolean ended = row(values, begin);
        if (values.size() > 1 || !values.get(0).isEmpty()) {
          return new Row(begin, values);
        }
        if (ended) {
          return null;
        }
      }
    } catch (IOException e) {
      throw DataFile.unreadable(file, e);
    }
  }

  /** Reads to the end of a row; true if the file ends there. */
  private boolean row(List<String> values, long begin) throws IOException {
    StringBuilder value = new StringBuilder();
    boolean quoted = false;
    boolean wasQuoted = false;
    while (true) {
      int next = character();
      if (quoted) {
        if (next == END) {
          throw DataException.because(
              file + " line " + begin + ": a quote is opened in this row and never closed");
        } else if (next == '"') {
          quoted = false;
          wasQuoted = true;
        } else {
          value.append((char) next);
        }
      } else if (next == '"' && wasQuoted) {
        value.append('"');
        quoted = true;
        wasQuoted = false;
      } else if (next == '"' && value.length() == 0) {
        quoted = true;
      } else if (next == delimiter || next == '\n' || next == END) {
        values.add(value.toString());
        value.setLength(0);
        wasQuoted = false;
        if (next != delimiter) {
          return next == END;
        }
      } else {
        value.append((char) next);
      }
    }
  }

  /** A character, every kind of line end as one newline. */
  private int character() throws IOException {
    int next = reader.read();
    if (wasReturn && next == '\n') {
      next = reader.read();
    }
    wasReturn = next == '\r';
    if (next == '\r' || next == '\n') {
      line++;
      return '\n';
    }
    return next;
  }

  @Override
  public void close() {
    try {
      reader.close();
    } catch (IOException e) {
      throw DataFile.unreadable(file, e);
    }
  }
}
