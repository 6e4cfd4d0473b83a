package ai.cresset.data;

import java.io.Serializable;

/**
 * The account of a run's samples, over all ranks.
 *
 * @param used samples trained on; one that was seen in two epochs counts twice
 * @param dropped samples of ended epochs that were left out
 * @param epochs epochs that ended
 */
public record SampleCounts(long used, long dropped, long epochs) implements Serializable {}
