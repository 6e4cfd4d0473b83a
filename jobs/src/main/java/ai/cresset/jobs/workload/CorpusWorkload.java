package ai.cresset.jobs.workload;

import ai.cresset.jobs.split.SplitCorpus;
import ai.cresset.jobs.split.SplitSummary;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/** A kind of recipe whose samples are a corpus in three parts, kept as Arrow files. */
public interface CorpusWorkload<S extends Record & SplitSummary> extends Workload {
  /** Where the samples come from. */
  CorpusSource<S> source();

  /** What training begins with, once there are samples. */
  Prepared prepared(SplitData<S> data);

  @Override
  default void check(Configuration configuration) {
    source().check().accept(configuration);
    source().caches(configuration).checkWritable("data.cache_dir");
  }

  @Override
  default String inspect(SparkSession spark) {
    try (SplitCorpus<S> corpus = source().open().apply(spark)) {
      return corpus.summary().describe() + "\n";
    }
  }

  @Override
  default Prepared prepare(SparkSession spark, Configuration configuration) {
    return prepared(SplitData.of(source(), spark, configuration));
  }

  /** The beginning of an announcement. */
  static String parts(String samples, long training, long validation, long test) {
    return String.format(
        Locale.ROOT,
        "%,d %s for training, %,d for validation, %,d for the test",
        training,
        samples,
        validation,
        test);
  }
}
