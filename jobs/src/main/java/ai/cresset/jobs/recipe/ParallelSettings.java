package ai.cresset.jobs.recipe;

import java.io.Serializable;
import ai.cresset.jobs.config.Check;

/**
 * The section {@code parallel}: the workers' own channels.
 *
 * @param connectTimeoutSeconds how long the workers may take to find each other
 * @param operationTimeoutSeconds how long a collective operation may wait for the slowest worker
 * @param bucketBytes how many bytes of gradients travel together
 * @param encrypt whether the channels are encrypted
 */
public record ParallelSettings(
    int connectTimeoutSeconds, int operationTimeoutSeconds, int bucketBytes, Encrypt encrypt) implements Serializable {
  public ParallelSettings {
    Check.atLeast("parallel.connect_timeout_seconds", connectTimeoutSeconds, 1);
    Check.atLeast("parallel.operation_timeout_seconds", operationTimeoutSeconds, 1);
    Check.atLeast("parallel.bucket_bytes", bucketBytes, 1);
  }

  /** Whether the channels are encrypted. */
  public enum Encrypt {
    /** When Spark's own are. */
    AUTO,
    /** Always. */
    ON,
    /** Never. */
    OFF
  }
}
