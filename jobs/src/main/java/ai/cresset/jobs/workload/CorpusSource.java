package ai.cresset.jobs.workload;

import ai.cresset.jobs.split.SplitCorpus;
import ai.cresset.jobs.split.SplitSummary;
import ai.cresset.spark.data.ColumnRequest;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/**
 * Where the samples of a recipe come from.
 *
 * @param kind what caches of them are called
 * @param cacheDir where caches are: the recipe's {@code data.cache_dir}
 * @param type the account
 * @param check refuses what needs no Spark to be refused
 * @param request what {@code open} would read, in words: equal words mean equal samples
 * @param open reads them
 * @param columns which columns are kept
 */
public record CorpusSource<S extends Record & SplitSummary>(
    String kind,
    String cacheDir,
    Class<S> type,
    Consumer<Configuration> check,
    Function<Configuration, String> request,
    Function<SparkSession, SplitCorpus<S>> open,
    Function<S, List<ColumnRequest>> columns) {

  /** Where caches are. */
  StoredText caches(Configuration configuration) {
    return StoredText.in(cacheDir, configuration);
  }
}
