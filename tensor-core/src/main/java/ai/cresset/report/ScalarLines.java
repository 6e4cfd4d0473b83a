package ai.cresset.report;

import ai.cresset.error.DataException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.UnaryOperator;

/** A text file that grows by a line a figure, and that a run which is resumed goes on with. */
final class ScalarLines implements AutoCloseable {
  private final Path path;
  private final BufferedWriter writer;

  private ScalarLines(Path path, BufferedWriter writer) {
    this.path = path;
    this.writer = writer;
  }

  /**
   * Opens a file to go on with.
   *
   * @param first what a new file begins with
   * @param kept what stays of the lines of one that is there
   */
  static ScalarLines open(Path path, List<String> first, UnaryOperator<List<String>> kept) {
    try {
      if (Files.isRegularFile(path)) {
        Path beside = path.resolveSibling(path.getFileName() + ".tmp");
        Files.write(beside, kept.apply(Files.readAllLines(path)));
        Files.move(
            beside, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
      } else {
        Files.write(path, first);
      }
      return new ScalarLines(path, Files.newBufferedWriter(path, StandardOpenOption.APPEND));
    } catch (IOException e) {
      throw unwritable(path, e);
    }
  }

  private static DataException unwritable(Path path, IOException cause) {
    return DataException.because("cannot write " + path + ": " + cause, cause);
  }

  void add(String line) {
    try {
      writer.write(line + "\n");
    } catch (IOException e) {
      throw unwritable(path, e);
    }
  }

  void flush() {
    try {
      writer.flush();
    } catch (IOException e) {
      throw unwritable(path, e);
    }
  }

  @Override
  public void close() {
    try {
      writer.close();
    } catch (IOException e) {
      throw unwritable(path, e);
    }
  }
}
