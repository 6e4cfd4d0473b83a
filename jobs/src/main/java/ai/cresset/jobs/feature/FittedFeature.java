package ai.cresset.jobs.feature;

import java.io.Serializable;
import java.util.List;

/**
 * A feature as the data have it.
 *
 * @param name the columns that it comes from
 * @param place its column in the data set
 * @param many whether a row may have several ids, or none
 * @param size ids are from 0 to below this
 * @param vocabulary the values of ids from 1 on; empty where there is none
 */
public record FittedFeature(
    String name, String place, boolean many, long size, List<String> vocabulary)
    implements Serializable {
  public FittedFeature {
    vocabulary = List.copyOf(vocabulary);
  }
}
