package ai.cresset.jobs.table;

import java.io.Serializable;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the values of a column are like. */
final class ColumnProfile implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]+)?");

  /**
   * A value and where it stands.
   *
   * @param file the index of the file
   * @param row its number in the file, from 1
   * @param value the text; empty for a missing one
   */
  record Found(int file, int row, String value) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  private final int mostValues;
  private final SortedSet<String> values = new TreeSet<>();
  private long missing;
  private long numbers;
  private long texts;
  private @Nullable Found firstMissing;
  private @Nullable Found firstText;

  /** Different values are collected up to one more than {@code mostValues}. */
  ColumnProfile(int mostValues) {
    this.mostValues = mostValues;
  }

  /** Whether a text is a finite decimal number. */
  static boolean isNumber(String text) {
    return NUMBER.matcher(text).matches() && Double.isFinite(Double.parseDouble(text));
  }

  void add(int file, int row, @Nullable String value) {
    if (value == null) {
      missing++;
      firstMissing = firstMissing == null ? new Found(file, row, "") : firstMissing;
      return;
    }
    if (isNumber(value)) {
      numbers++;
    } else {
      texts++;
      firstText = firstText == null ? new Found(file, row, value) : firstText;
    }
    collect(value);
  }

  private void collect(String value) {
    if (values.size() <= mostValues) {
      values.add(value);
    }
  }

  /** Adds what came of later rows. */
  ColumnProfile add(ColumnProfile later) {
    missing += later.missing;
    numbers += later.numbers;
    texts += later.texts;
    firstMissing = firstMissing == null ? later.firstMissing : firstMissing;
    firstText = firstText == null ? later.firstText : firstText;
    later.values.forEach(this::collect);
    return this;
  }

  /** Values that are there. */
  long present() {
    return numbers + texts;
  }

  long numbers() {
    return numbers;
  }

  long texts() {
    return texts;
  }

  @Nullable Found firstMissing() {
    return firstMissing;
  }

  @Nullable Found firstText() {
    return firstText;
  }

  /** The different values, one more than asked for at most. */
  SortedSet<String> values() {
    return values;
  }
}
