package ai.cresset.data.file;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** The lines of text files in UTF-8. */
public final class TextLines {
  private TextLines() {}

  /**
   * A line.
   *
   * @param file where it stands
   * @param number in its file, from 1
   * @param text without its end
   */
  public record Line(Path file, long number, String text) {
    /** Where it is, in words. */
    public String place() {
      return file + " line " + number;
    }
  }

  /** The lines of a file, one after the other; the stream closes it. */
  public static Stream<Line> stream(Path file) {
    try {
      BufferedReader reader = DataFile.text(file);
      AtomicLong number = new AtomicLong();
      return reader
          .lines()
          .map(text -> new Line(file, number.incrementAndGet(), text))
          .onClose(() -> close(file, reader));
    } catch (IOException e) {
      throw DataFile.unreadable(file, e);
    }
  }

  private static void close(Path file, BufferedReader reader) {
    try {
      reader.close();
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": cannot be closed", e);
    }
  }
}
