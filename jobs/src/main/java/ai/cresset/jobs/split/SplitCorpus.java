package ai.cresset.jobs.split;

import ai.cresset.jobs.split.ClassSplit.Part;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Samples in three parts, which Spark reads. */
public interface SplitCorpus<S extends SplitSummary> extends AutoCloseable {
  /** The account; may read all samples to train on. */
  S summary();

  /** The samples of a part. */
  Dataset<Row> frame(Part part);

  /** Lets Spark forget the samples. */
  @Override
  void close();
}
