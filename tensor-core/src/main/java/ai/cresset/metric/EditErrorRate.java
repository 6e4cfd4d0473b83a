package ai.cresset.metric;

import java.util.Arrays;
import java.util.List;

/**
 * Insertions, deletions and replacements that lead from what was written to the reference, over the
 * length of the reference: the word error rate of words, the character error rate of characters. 0
 * is perfect; above 1 is possible.
 */
public final class EditErrorRate extends SummedMetric {
  private static final int EDITS = 0;
  private static final int LENGTH = 1;

  private final String name;

  private EditErrorRate(String name) {
    super(2);
    this.name = name;
  }

  /** Of words; {@link #update(String, String)} divides at white space. */
  public static EditErrorRate ofWords() {
    return new EditErrorRate("word error rate");
  }

  /** Of characters, by code points. */
  public static EditErrorRate ofCharacters() {
    return new EditErrorRate("character error rate");
  }

  /** Counts a text. */
  public void update(String written, String reference) {
    update(units(written), units(reference));
  }

  private List<?> units(String text) {
    if (name.startsWith("character")) {
      return text.codePoints().boxed().toList();
    }
    return text.isBlank() ? List.of() : List.of(text.strip().split("\\s+"));
  }

  /** Counts a sequence. */
  public void update(List<?> written, List<?> reference) {
    sums[EDITS] += distance(written, reference);
    sums[LENGTH] += reference.size();
  }

  /** Levenshtein's distance. */
  static int distance(List<?> from, List<?> to) {
    int[] row = new int[to.size() + 1];
    Arrays.setAll(row, i -> i);
    for (int i = 1; i <= from.size(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.size(); j++) {
        int replaced = diagonal + (from.get(i - 1).equals(to.get(j - 1)) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.size()];
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public double value() {
    return sums[EDITS] / sums[LENGTH];
  }
}
