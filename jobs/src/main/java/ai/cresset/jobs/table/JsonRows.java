package ai.cresset.jobs.table;

import ai.cresset.error.DataException;
import ai.cresset.jobs.recipe.TableDataSettings;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/**
 * The objects of a file, one to a line. The first one names the columns; a name that another one
 * leaves out is a missing value there, and one that it adds a problem. Empty lines are no rows.
 */
@NullUnmarked
final class JsonRows extends TableRows {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String name;
  private final BufferedReader in;
  private final Set<String> missing;
  private final List<String> header;
  private String nextProblem = "";
  private String problem = "";
  private String waiting;

  /**
   * Begins to read.
   *
   * @param name what errors call the file
   * @param in UTF-8 text
   * @param known the names of the columns; null for those of the first object
   */
  JsonRows(String name, InputStream in, TableDataSettings settings, @Nullable List<String> known) {
    this.name = name;
    this.in = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    this.missing = Set.copyOf(settings.missingValues());
    this.waiting = line();
    this.header = known == null ? names(name, waiting) : known;
    begin(waiting == null && known == null ? null : header.toArray(String[]::new));
  }

  private static List<String> names(String name, @Nullable String line) {
    List<String> names = new ArrayList<>();
    if (line == null) {
      return names;
    }
    JsonNode first = object(line);
    if (first == null) {
      throw DataException.because(
          name + ": row 1 is no JSON object, which names the columns; mend it, or set data.format");
    }
    first.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static @Nullable JsonNode object(String line) {
    try {
      JsonNode node = JSON.readTree(line);
      return node != null && node.isObject() ? node : null;
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  /** The next line that is not empty; null after the last. */
  private @Nullable String line() {
    try {
      String line = in.readLine();
      while (line != null && line.isBlank()) {
        line = in.readLine();
      }
      return line;
    } catch (IOException e) {
      throw DataException.because(
          name + ": cannot be read: " + e.getMessage() + "; use another copy of it", e);
    }
  }

  @Override
  String @Nullable [] parse() {
    String line = waiting;
    nextProblem = "";
    if (line == null) {
      return null;
    }
    waiting = line();
    JsonNode row = object(line);
    if (row == null) {
      nextProblem = "is no JSON object";
      return new String[0];
    }
    String[] values = new String[header.size()];
    for (Map.Entry<String, JsonNode> each : row.properties()) {
      int column = header.indexOf(each.getKey());
      if (column < 0) {
        nextProblem = "has a value '" + each.getKey() + "', which is none of the columns " + header;
      } else if (each.getValue().isContainerNode()) {
        nextProblem = "has several values for '" + each.getKey() + "'";
      } else if (!each.getValue().isNull()) {
        String text = each.getValue().asText().strip();
        values[column] = text.isEmpty() || missing.contains(text) ? null : text;
      }
    }
    return values;
  }

  @Override
  public String[] next() {
    problem = nextProblem;
    return super.next();
  }

  @Override
  String problem() {
    return problem;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
