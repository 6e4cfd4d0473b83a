package ai.cresset.data;

import ai.cresset.error.DataException;
import ai.cresset.memory.Scope;
import java.util.ArrayList;
import java.util.List;

/**
 * The samples of a data set that can be read: all are tried once, and those that fail are left out
 * and counted.
 *
 * @param samples numbers of those that can be read
 * @param skipped how many were left out
 * @param reasons what was wrong with the first of them
 */
public record ValidSamples(long[] samples, long skipped, List<String> reasons) {
  /** Reasons that are kept. */
  public static final int MOST_REASONS = 20;

  public ValidSamples {
    samples = samples.clone();
    reasons = List.copyOf(reasons);
  }

  @Override
  public long[] samples() {
    return samples.clone();
  }

  /**
   * Tries every sample.
   *
   * @param skip whether samples that fail are left out; otherwise the first is an error
   */
  public static ValidSamples of(SampleDataset dataset, boolean skip) {
    List<Long> valid = new ArrayList<>();
    List<String> reasons = new ArrayList<>();
    long skipped = 0;
    for (long i = 0; i < dataset.size(); i++) {
      try (Scope scope = Scope.open("tried sample")) {
        dataset.get(i, 0);
        valid.add(i);
      } catch (DataException e) {
        DataException reason = DataException.sample(i, dataset.describe(i), e);
        if (!skip) {
          throw reason;
        }
        skipped++;
        if (reasons.size() < MOST_REASONS) {
          reasons.add(String.valueOf(reason.getMessage()));
        }
      }
    }
    return new ValidSamples(valid.stream().mapToLong(Long::longValue).toArray(), skipped, reasons);
  }
}
