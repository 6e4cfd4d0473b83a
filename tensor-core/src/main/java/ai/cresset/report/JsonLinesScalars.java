package ai.cresset.report;

import ai.cresset.error.DataException;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file with one JSON object a line: {@code {"step": 10, "name": "training/loss", "value": 0.5}}.
 * Values that are not finite are the texts {@code "NaN"}, {@code "Infinity"} and {@code
 * "-Infinity"}, because JSON has no such numbers.
 */
public final class JsonLinesScalars implements ScalarWriter {
  private static final Pattern WHOLE_LINE = Pattern.compile("\\{\"step\": (-?[0-9]+), .*}");

  private final Path path;
  private final BufferedWriter writer;

  private JsonLinesScalars(Path path, BufferedWriter writer) {
    this.path = path;
    this.writer = writer;
  }

  /** Opens a file to go on after {@code step}: lines of later steps are taken out. */
  public static JsonLinesScalars open(Path path, long step) {
    try {
      if (Files.isRegularFile(path)) {
        List<String> kept = new ArrayList<>();
        for (String line : Files.readAllLines(path)) {
          Matcher whole = WHOLE_LINE.matcher(line);
          if (whole.matches() && Long.parseLong(whole.group(1)) <= step) {
            kept.add(line);
          }
        }
        Path beside = path.resolveSibling(path.getFileName() + ".tmp");
        Files.write(beside, kept);
        Files.move(
            beside, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
      }
      return new JsonLinesScalars(
          path,
          Files.newBufferedWriter(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
    } catch (IOException e) {
      throw DataException.because("cannot write " + path + ": " + e, e);
    }
  }

  @Override
  public void write(String name, long step, double value) {
    String number = Double.isFinite(value) ? Double.toString(value) : "\"" + value + "\"";
    try {
      writer.write(
          "{\"step\": " + step + ", \"name\": " + quoted(name) + ", \"value\": " + number + "}\n");
    } catch (IOException e) {
      throw DataException.because("cannot write " + path + ": " + e, e);
    }
  }

  private static String quoted(String text) {
    return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
  }

  @Override
  public void flush() {
    try {
      writer.flush();
    } catch (IOException e) {
      throw DataException.because("cannot write " + path + ": " + e, e);
    }
  }

  @Override
  public void close() {
    try {
      writer.close();
    } catch (IOException e) {
      throw DataException.because("cannot write " + path + ": " + e, e);
    }
  }
}
