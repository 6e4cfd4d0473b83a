package ai.cresset.report;

import ai.cresset.error.ConfigException;
import ai.cresset.error.DataException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A CSV file with the columns {@code step,name,value}, one figure a line. Numbers read back
 * exactly.
 */
public final class CsvScalars implements ScalarWriter {
  private static final String HEADER = "step,name,value";

  private final ScalarLines lines;

  private CsvScalars(ScalarLines lines) {
    this.lines = lines;
  }

  /**
   * Opens a file to go on after {@code step}: lines of later steps, which an earlier attempt wrote
   * and this one repeats, are taken out. Other lines stay.
   *
   * @throws DataException if the file is no such CSV file
   */
  public static CsvScalars open(Path path, long step) {
    return new CsvScalars(
        ScalarLines.open(path, List.of(HEADER), lines -> upTo(path, lines, step)));
  }

  private static List<String> upTo(Path path, List<String> lines, long step) {
    if (lines.isEmpty() || !lines.get(0).equals(HEADER)) {
      throw DataException.because(
          path + " is there and does not begin with '" + HEADER + "'; choose another file");
    }
    List<String> kept = new ArrayList<>(List.of(HEADER));
    for (String line : lines.subList(1, lines.size())) {
      int comma = line.indexOf(',');
      // A line cut short by a crash has no two commas; it belongs to a step that is repeated.
      if (comma > 0 && line.indexOf(',', comma + 1) > 0 && stepOf(line, comma) <= step) {
        kept.add(line);
      }
    }
    return kept;
  }

  private static long stepOf(String line, int comma) {
    try {
      return Long.parseLong(line.substring(0, comma));
    } catch (NumberFormatException e) {
      return Long.MAX_VALUE;
    }
  }

  @Override
  public void write(String name, long step, double value) {
    if (name.indexOf(',') >= 0 || name.indexOf('"') >= 0 || name.indexOf('\n') >= 0) {
      throw ConfigException.value("name of a figure", name, "no commas, quotes or line ends");
    }
    lines.add(step + "," + name + "," + value);
  }

  @Override
  public void flush() {
    lines.flush();
  }

  @Override
  public void close() {
    lines.close();
  }
}
