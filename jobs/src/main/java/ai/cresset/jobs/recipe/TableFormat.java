package ai.cresset.jobs.recipe;

import java.util.Arrays;
import java.util.regex.Pattern;

/** How rows are written in files. */
public enum TableFormat {
  /** As the names of files end; CSV where that says nothing. */
  AUTO,
  /** Comma-separated values with a header, also compressed. */
  CSV(".csv", ".csv.gz"),
  /** A JSON object to a line, also compressed; the first one names the columns. */
  JSON(".jsonl", ".jsonl.gz", ".ndjson", ".ndjson.gz", ".json", ".json.gz"),
  /** Parquet. */
  PARQUET(".parquet");

  private final Pattern name;

  TableFormat(String... endings) {
    this.name =
        Pattern.compile(
            ".*(" + String.join("|", endings).replace(".", "\\.") + ")", Pattern.CASE_INSENSITIVE);
  }

  /** The format of a file. */
  public TableFormat of(String name) {
    if (this != AUTO) {
      return this;
    }
    return Arrays.stream(values()).filter(each -> each.ends(name)).findFirst().orElse(CSV);
  }

  /** Whether a file of a directory is one of these by its name. */
  public boolean takes(String name) {
    return this == AUTO ? Arrays.stream(values()).anyMatch(each -> each.ends(name)) : ends(name);
  }

  private boolean ends(String name) {
    return this != AUTO && this.name.matcher(name).matches();
  }
}
