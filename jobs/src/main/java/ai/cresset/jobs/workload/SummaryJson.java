package ai.cresset.jobs.workload;

import ai.cresset.error.DataException;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** Accounts of data as JSON, beside the Arrow files that they tell of. */
public final class SummaryJson {
  private static final JsonMapper JSON = new JsonMapper();

  private SummaryJson() {}

  public static String write(Record summary) {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(summary) + "\n";
    } catch (JacksonException e) {
      throw new IllegalStateException("a record of numbers and texts has a JSON form", e);
    }
  }

  /**
   * The account that {@link #write} wrote.
   *
   * @param name what errors call the file
   */
  public static <R extends Record> R read(Class<R> type, String name, String text) {
    try {
      return JSON.readValue(text, type);
    } catch (JacksonException e) {
      throw DataException.because(
          name + ": " + e.getOriginalMessage() + "; remove its directory", e);
    }
  }
}
