package ai.cresset.jobs.train;

import ai.cresset.jobs.recipe.Recipe;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/**
 * Reads the data of a recipe as training would, and looks at the checkpoints that are there.
 *
 * @param recipe whose sections {@code data} and {@code output} count
 */
public record InspectJob(Recipe recipe) {
  /**
   * Refuses what needs no Spark to be refused. Changes nothing.
   *
   * @throws ai.cresset.error.CressetException that says what to change
   */
  public void check(Configuration configuration) {
    WorkloadChoice.of(recipe).check(configuration);
  }

  /** The account of data and checkpoints, several lines with a newline at the end. */
  public String run(SparkSession spark) {
    RunDirectory directory =
        new RunDirectory(recipe.output().dir(), spark.sparkContext().hadoopConfiguration());
    return WorkloadChoice.of(recipe).inspect(spark) + CheckpointAccount.of(directory.checkpoints());
  }
}
