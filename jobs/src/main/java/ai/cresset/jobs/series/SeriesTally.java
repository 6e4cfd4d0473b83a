package ai.cresset.jobs.series;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * What was found in the rows of series.
 *
 * @param rows that were used
 * @param skipped rows that were left out because they cannot be used
 * @param repeated rows that were left out because their time was there
 * @param unordered rows that came after a later one
 * @param missing steps without a row
 * @param gaps places where steps are missing
 * @param problems what is wrong with the first rows that were left out
 */
public record SeriesTally(
    long rows,
    long skipped,
    long repeated,
    long unordered,
    long missing,
    long gaps,
    List<String> problems)
    implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int MOST_PROBLEMS = 10;

  /** Nothing yet. */
  static final SeriesTally NONE = new SeriesTally(0, 0, 0, 0, 0, 0, List.of());

  public SeriesTally {
    problems = List.copyOf(problems);
  }

  SeriesTally plus(SeriesTally other) {
    List<String> all = new ArrayList<>(problems);
    all.addAll(other.problems);
    return new SeriesTally(
        rows + other.rows,
        skipped + other.skipped,
        repeated + other.repeated,
        unordered + other.unordered,
        missing + other.missing,
        gaps + other.gaps,
        all.subList(0, Math.min(MOST_PROBLEMS, all.size())));
  }
}
