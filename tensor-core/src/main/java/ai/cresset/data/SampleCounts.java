package ai.cresset.data;

import java.io.Serializable;
import java.util.Locale;

/**
 * The account of a run's samples, over all ranks.
 *
 * @param used samples trained on; one that was seen in two epochs counts twice
 * @param dropped samples of ended epochs that were left out
 * @param epochs epochs that ended
 * @param exactEpochs those of them in which each sample of the data set was used or dropped exactly
 *     once, found by counting what ranks trained on
 */
public record SampleCounts(long used, long dropped, long epochs, long exactEpochs)
    implements Serializable {
  /** Nothing yet. */
  public static final SampleCounts NONE = new SampleCounts(0, 0, 0, 0);

  /**
   * The account in words.
   *
   * @param name what a sample is, plural
   * @param datasetSize how many there are
   */
  public String describe(String name, long datasetSize) {
    String counts =
        String.format(
            Locale.ROOT, "%,d %s of %,d used, %,d dropped", used, name, datasetSize, dropped);
    return epochs == 0
        ? counts
        : String.format(
            Locale.ROOT, "%s; each exactly once in %,d of %,d epochs", counts, exactEpochs, epochs);
  }
}
