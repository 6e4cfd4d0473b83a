package ai.cresset.jobs.recipe;

import ai.cresset.error.ConfigException;
import ai.cresset.jobs.config.Check;
import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The section {@code data} of a {@code recommender} recipe: Parquet.
 *
 * @param path a directory of Parquet files, or one file, on any Hadoop file system
 * @param label the column that is 1 for a click and 0 for none
 * @param numeric columns of numbers, brought to mean 0 and variance 1
 * @param features how other columns become ids, see {@link FeatureColumn}
 * @param validationFraction the part of the rows that is kept for validation
 * @param testFraction the part that is kept for the test at the end
 * @param splitSeed changes which ones
 * @param cacheDir where rows are kept as Arrow files, on a file system that all workers see
 */
public record RecommenderDataSettings(
    String path,
    String label,
    List<String> numeric,
    List<String> features,
    double validationFraction,
    double testFraction,
    long splitSeed,
    String cacheDir)
    implements Serializable {
  private static final String FEATURES = "data.features";

  public RecommenderDataSettings {
    Check.notBlank("data.path", path);
    Check.notBlank("data.label", label);
    numeric = List.copyOf(numeric);
    features = List.copyOf(features);
    if (features.isEmpty()) {
      throw ConfigException.value(FEATURES, features, "at least one feature");
    }
    Set<String> names = new HashSet<>();
    for (String text : features) {
      FeatureColumn feature = FeatureColumn.parse(FEATURES, text);
      if (!names.add(feature.name())) {
        throw ConfigException.value(
            FEATURES, "'" + feature.name() + "' twice", "each feature once");
      }
    }
    Check.parts(validationFraction, testFraction);
    Check.notBlank("data.cache_dir", cacheDir);
  }

  /** The features, read. */
  public List<FeatureColumn> columns() {
    return features.stream().map(text -> FeatureColumn.parse(FEATURES, text)).toList();
  }
}
