package ai.cresset.jobs.train;

import ai.cresset.jobs.recipe.Recipe;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/**
 * Reads the data of a recipe as training would.
 *
 * @param recipe whose section {@code data} counts
 */
public record InspectJob(Recipe recipe) {
  /**
   * Refuses what needs no Spark to be refused. Changes nothing.
   *
   * @throws ai.cresset.error.CressetException that says what to change
   */
  public void check(Configuration configuration) {
    Workload.of(recipe).check(configuration);
  }

  /** The account of the data, several lines with a newline at the end. */
  public String run(SparkSession spark) {
    return Workload.of(recipe).inspect(spark);
  }
}
