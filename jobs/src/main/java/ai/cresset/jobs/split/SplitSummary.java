package ai.cresset.jobs.split;

import java.util.List;
import java.util.Locale;

/** The account of samples in three parts. */
public interface SplitSummary {
  /** For people, several lines without a newline at the end. */
  String describe();

  /** What had to be left out or made up, in words; empty if nothing had to. */
  default String leftOut() {
    return "";
  }

  /**
   * What {@code data.invalid} allowed to leave out; empty if it was nothing.
   *
   * @param count how many samples
   * @param problems what is wrong with the first of them
   */
  static String skipped(long count, List<String> problems) {
    return count == 0
        ? ""
        : String.format(
            Locale.ROOT,
            "skipped     %,d (data.invalid=skip), such as%n            %s",
            count,
            String.join("\n            ", problems));
  }

  /** A text, and in a line of its own what had to be left out. */
  static String with(String text, String leftOut) {
    return leftOut.isEmpty() ? text : text + "\n" + leftOut;
  }
}
