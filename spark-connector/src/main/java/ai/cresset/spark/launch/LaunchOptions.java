package ai.cresset.spark.launch;

import ai.cresset.error.ConfigException;
import java.time.Duration;

/**
 * How to start workers.
 *
 * @param workers how many
 * @param coresPerWorker CPU cores that each owns; 0 for {@code spark.task.cpus}. {@code local[N]}
 *     cannot assign cores: there workers share N.
 * @param gpusPerWorker GPUs that each owns; several share one if it is a fraction up to 0.5
 * @param attempts how often to start all of them before giving up
 * @param backOff how long to wait before the second attempt; doubled before each further one
 * @param slotWait how long to wait until the application has as many slots as workers
 */
public record LaunchOptions(
    int workers,
    int coresPerWorker,
    double gpusPerWorker,
    int attempts,
    Duration backOff,
    Duration slotWait) {
  public LaunchOptions {
    if (workers < 1) {
      throw ConfigException.value("workers", workers, "at least 1");
    }
    if (coresPerWorker < 0) {
      throw ConfigException.value("coresPerWorker", coresPerWorker, "0 or more");
    }
    boolean shared = gpusPerWorker >= 0 && gpusPerWorker <= 0.5;
    if (!shared && (gpusPerWorker < 1 || gpusPerWorker != Math.rint(gpusPerWorker))) {
      throw ConfigException.value(
          "gpusPerWorker", gpusPerWorker, "a whole number, or a fraction from 0 to 0.5");
    }
    if (attempts < 1) {
      throw ConfigException.value("attempts", attempts, "at least 1");
    }
    if (backOff.isNegative()) {
      throw ConfigException.value("backOff", backOff, "0 or more");
    }
    if (slotWait.isNegative()) {
      throw ConfigException.value("slotWait", slotWait, "0 or more");
    }
  }

  /** Three attempts, a second of back-off, half a minute for slots. */
  public static LaunchOptions of(int workers) {
    return new LaunchOptions(workers, 0, 0, 3, Duration.ofSeconds(1), Duration.ofSeconds(30));
  }

  public LaunchOptions withWorkers(int count) {
    return new LaunchOptions(count, coresPerWorker, gpusPerWorker, attempts, backOff, slotWait);
  }

  public LaunchOptions withCoresPerWorker(int cores) {
    return new LaunchOptions(workers, cores, gpusPerWorker, attempts, backOff, slotWait);
  }

  public LaunchOptions withGpusPerWorker(double gpus) {
    return new LaunchOptions(workers, coresPerWorker, gpus, attempts, backOff, slotWait);
  }

  public LaunchOptions withAttempts(int most) {
    return new LaunchOptions(workers, coresPerWorker, gpusPerWorker, most, backOff, slotWait);
  }

  public LaunchOptions withBackOff(Duration wait) {
    return new LaunchOptions(workers, coresPerWorker, gpusPerWorker, attempts, wait, slotWait);
  }

  public LaunchOptions withSlotWait(Duration wait) {
    return new LaunchOptions(workers, coresPerWorker, gpusPerWorker, attempts, backOff, wait);
  }
}
