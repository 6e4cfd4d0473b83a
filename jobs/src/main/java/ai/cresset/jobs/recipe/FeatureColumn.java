package ai.cresset.jobs.recipe;

import ai.cresset.error.ConfigException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How columns become ids, written {@code COLUMN: KIND NUMBER...}, or {@code COLUMN * COLUMN: hashed
 * NUMBER} for a cross. A column of arrays gives as many ids as each row has values.
 *
 * @param columns one, or several for a cross
 * @param kind how
 * @param numbers what the kind takes
 */
public record FeatureColumn(List<String> columns, Kind kind, List<Double> numbers)
    implements Serializable {
  private static final String FORM =
      "'COLUMN: hashed SIZE', 'COLUMN: vocabulary LEAST', 'COLUMN: buckets BOUNDARY...',"
          + " 'COLUMN: ids SIZE' or 'COLUMN * COLUMN: hashed SIZE'";

  /** How values become ids. */
  public enum Kind {
    /** By a hash of the text, modulo the number. */
    HASHED,
    /** By a list of the values that occur at least so often; id 0 is all others. */
    VOCABULARY,
    /** By the boundaries that a number is above; id 0 is a missing one. */
    BUCKETS,
    /** Whole numbers from 0 to below the number, as they are. */
    IDS
  }

  public FeatureColumn {
    columns = List.copyOf(columns);
    numbers = List.copyOf(numbers);
  }

  /**
   * Reads one.
   *
   * @param key of the setting, for errors
   */
  public static FeatureColumn parse(String key, String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 1) {
      throw ConfigException.value(key, "'" + text + "'", FORM);
    }
    List<String> columns =
        Arrays.stream(text.substring(0, colon).split("\\*")).map(String::strip).toList();
    String[] words = text.substring(colon + 1).strip().split("\\s+");
    Kind kind;
    List<Double> numbers = new ArrayList<>();
    try {
      kind = Kind.valueOf(words[0].toUpperCase(Locale.ROOT));
      for (int i = 1; i < words.length; i++) {
        numbers.add(Double.parseDouble(words[i].replace("_", "")));
      }
    } catch (IllegalArgumentException e) {
      throw ConfigException.value(key, "'" + text + "'", FORM);
    }
    FeatureColumn read = new FeatureColumn(columns, kind, numbers);
    if (columns.stream().anyMatch(String::isEmpty) || !read.fits()) {
      throw ConfigException.value(key, "'" + text + "'", FORM);
    }
    return read;
  }

  private boolean fits() {
    if (kind == Kind.BUCKETS) {
      boolean ascends = true;
      for (int i = 1; i < numbers.size(); i++) {
        ascends &= numbers.get(i - 1) < numbers.get(i);
      }
      return columns.size() == 1 && !numbers.isEmpty() && ascends;
    }
    boolean whole =
        numbers.size() == 1 && numbers.get(0) >= 1 && numbers.get(0) == Math.rint(numbers.get(0));
    return whole && (columns.size() == 1 || kind == Kind.HASHED);
  }

  /** Its name: the columns. */
  public String name() {
    return String.join("_x_", columns);
  }

  /** The number of a kind that takes one. */
  public long number() {
    return numbers.get(0).longValue();
  }
}
