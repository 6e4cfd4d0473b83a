package ai.cresset.jobs.recipe;

import java.io.Serializable;
import ai.cresset.jobs.config.Check;

/**
 * The section {@code spark}. Masters, memory and queues are {@code spark-submit}'s affair.
 *
 * @param workers training tasks, all running at once
 * @param coresPerWorker CPU cores of each
 * @param maxAttempts how often the workers are started before the job fails, the first included
 * @param startTimeoutSeconds how long to wait for executors with enough free cores
 */
public record SparkSettings(
    int workers, int coresPerWorker, int maxAttempts, int startTimeoutSeconds) implements Serializable {
  public SparkSettings {
    Check.atLeast("spark.workers", workers, 1);
    Check.atLeast("spark.cores_per_worker", coresPerWorker, 1);
    Check.atLeast("spark.max_attempts", maxAttempts, 1);
    Check.atLeast("spark.start_timeout_seconds", startTimeoutSeconds, 1);
  }
}
