package ai.cresset.metric;

import java.util.Arrays;
import java.util.List;

/**
 * Insertions, deletions and replacements that lead from what was written to the reference, over the
 * length of the reference: the word error rate of words, the character error rate of characters. 0
 * is perfect; above 1 is possible.
 */
public final class EditErrorRate implements Metric {
  private final String name;
  private double edits;
  private double length;

  private EditErrorRate(String name) {
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
    edits += distance(written, reference);
    length += reference.size();
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
  public double[] sums() {
    return new double[] {edits, length};
  }

  @Override
  public void merge(double[] sums) {
    edits += sums[0];
    length += sums[1];
  }

  @Override
  public double value() {
    return edits / length;
  }

  @Override
  public void reset() {
    edits = 0;
    length = 0;
  }
}
