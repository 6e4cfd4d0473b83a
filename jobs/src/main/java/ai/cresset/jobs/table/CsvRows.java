package ai.cresset.jobs.table;

import ai.cresset.error.DataException;
import ai.cresset.jobs.recipe.TableDataSettings;
import com.univocity.parsers.common.TextParsingException;
import com.univocity.parsers.csv.CsvParser;
import com.univocity.parsers.csv.CsvParserSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a CSV text (RFC 4180), the header first, one after the other. Values lose the space
 * around them; missing ones are null. Empty lines are no rows.
 */
@NullUnmarked
final class CsvRows extends TableRows {
  private static final int MOST_COLUMNS = 1 << 16;

  private final String name;
  private final CsvParser parser;
  private final InputStream in;
  private final Set<String> missing;

  /**
   * Begins to read.
   *
   * @param name what errors call the file
   * @param in UTF-8 text; closed when it ends
   */
  CsvRows(String name, InputStream in, TableDataSettings settings) {
    this.name = name;
    this.in = in;
    this.missing = Set.copyOf(settings.missingValues());
    CsvParserSettings csv = new CsvParserSettings();
    csv.getFormat().setDelimiter(settings.delimiter().charAt(0));
    csv.getFormat().setComment('\0'); // no line is a comment
    csv.setLineSeparatorDetectionEnabled(true);
    csv.setMaxCharsPerColumn(-1);
    csv.setMaxColumns(MOST_COLUMNS);
    csv.setSkipEmptyLines(true);
    this.parser = new CsvParser(csv);
    parser.beginParsing(in, StandardCharsets.UTF_8);
    begin(parse());
  }

  @Override
  String @Nullable [] parse() {
    try {
      String[] row = parser.parseNext();
      if (row != null) {
        for (int i = 0; i < row.length; i++) {
          row[i] = row[i] == null || missing.contains(row[i]) ? null : row[i];
        }
      }
      return row;
    } catch (TextParsingException e) {
      String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw DataException.because(
          name + ": cannot be read as CSV near line " + e.getLineIndex() + ": " + reason, e);
    }
  }

  @Override
  String advice() {
    return "quote values that contain the delimiter, or set data.delimiter";
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
