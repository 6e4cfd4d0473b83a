package ai.cresset.jobs.workload;

import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/** What a kind of recipe adds to training: its data and its model. */
public interface Workload {
  /** Follows the line about data that were there. */
  String REUSED = " (read by an earlier run)";

  /** Refuses data and directories that need no Spark to be refused; changes nothing. */
  void check(Configuration configuration);

  /** Reads the data as training would; the account for people, a newline at the end. */
  String inspect(SparkSession spark);

  /** Turns the data into Arrow files, or finds those of an equal request. */
  Prepared prepare(SparkSession spark, Configuration configuration);

  /** How progress is told. */
  Wording wording();

  /**
   * What training begins with.
   *
   * @param announcement one line about the data
   * @param account the same at length, several lines without a newline at the end
   * @param model what to build
   * @param companion what else is needed to use the model
   * @param trainable what the workers train
   */
  record Prepared(
      String announcement,
      String account,
      ModelFile model,
      Companion companion,
      Trainable trainable) {}

  /**
   * A file beside the checkpoints without which the model cannot be used.
   *
   * @param name of the file
   * @param text its content
   * @param mismatch what to say of checkpoints that have another one
   */
  record Companion(String name, String text, String mismatch) {}
}
