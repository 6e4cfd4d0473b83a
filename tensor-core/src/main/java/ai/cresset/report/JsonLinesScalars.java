package ai.cresset.report;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.file.Path;
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

  private final ScalarLines lines;

  private JsonLinesScalars(ScalarLines lines) {
    this.lines = lines;
  }

  /** Opens a file to go on after {@code step}: lines of later steps are taken out. */
  public static JsonLinesScalars open(Path path, long step) {
    return new JsonLinesScalars(ScalarLines.open(path, List.of(), lines -> upTo(lines, step)));
  }

  private static List<String> upTo(List<String> lines, long step) {
    List<String> kept = new ArrayList<>();
    for (String line : lines) {
      Matcher whole = WHOLE_LINE.matcher(line);
      if (whole.matches() && Long.parseLong(whole.group(1)) <= step) {
        kept.add(line);
      }
    }
    return kept;
  }

  @Override
  public void write(String name, long step, double value) {
    String number = Double.isFinite(value) ? Double.toString(value) : "\"" + value + "\"";
    lines.add(
        "{\"step\": " + step + ", \"name\": " + quoted(name) + ", \"value\": " + number + "}");
  }

  private static String quoted(String text) {
    return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
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
