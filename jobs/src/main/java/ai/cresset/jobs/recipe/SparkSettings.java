package ai.cresset.jobs.recipe;

import ai.cresset.error.ConfigException;
import ai.cresset.jobs.config.Check;
import java.io.Serializable;

/**
 * The section {@code spark}. Masters, memory and queues are {@code spark-submit}'s affair.
 *
 * @param workers training tasks, all running at once
 * @param coresPerWorker CPU cores of each
 * @param gpusPerWorker GPUs of each where {@code train.device} wants them; several workers share
 *     one if it is a fraction up to 0.5
 * @param maxAttempts how often the workers are started before the job fails, the first included
 * @param startTimeoutSeconds how long to wait for executors with enough free cores
 */
public record SparkSettings(
    int workers, int coresPerWorker, double gpusPerWorker, int maxAttempts, int startTimeoutSeconds)
    implements Serializable {
  public SparkSettings {
    Check.atLeast("spark.workers", workers, 1);
    Check.atLeast("spark.cores_per_worker", coresPerWorker, 1);
    boolean whole = gpusPerWorker >= 1 && gpusPerWorker == Math.rint(gpusPerWorker);
    if (!whole && !(gpusPerWorker > 0 && gpusPerWorker <= 0.5)) {
      throw ConfigException.value(
          "spark.gpus_per_worker", gpusPerWorker, "a whole number from 1, or a fraction up to 0.5");
    }
    Check.atLeast("spark.max_attempts", maxAttempts, 1);
    Check.atLeast("spark.start_timeout_seconds", startTimeoutSeconds, 1);
  }
}
