package ai.cresset.parallel.launch;

import ai.cresset.error.ConfigException;
import ai.cresset.type.Device;
import java.time.Duration;
import java.util.List;

/**
 * How many workers a launcher of this machine starts, and how often.
 *
 * @param workers how many ranks
 * @param attempts how often the job is started at most; 1 is no retry
 * @param coresPerWorker what each worker is told it may use
 * @param device what each worker is told to train on
 * @param host the address that workers listen on
 * @param rendezvousTimeout how long workers wait for each other
 * @param stopTimeout how long workers that are told to stop may take before they are ended
 * @param jvmArguments for each worker process, such as {@code -Xmx2g}; of no use for threads
 */
public record LaunchOptions(
    int workers,
    int attempts,
    int coresPerWorker,
    Device device,
    String host,
    Duration rendezvousTimeout,
    Duration stopTimeout,
    List<String> jvmArguments) {
  public LaunchOptions {
    atLeastOne("launch.workers", workers);
    atLeastOne("launch.attempts", attempts);
    atLeastOne("launch.coresPerWorker", coresPerWorker);
    jvmArguments = List.copyOf(jvmArguments);
  }

  /** {@code workers} ranks on the CPU of this machine, one core each, no retry. */
  public static LaunchOptions of(int workers) {
    return new LaunchOptions(
        workers,
        1,
        1,
        Device.CPU,
        "127.0.0.1",
        Duration.ofMinutes(1),
        Duration.ofSeconds(10),
        List.of());
  }

  private static void atLeastOne(String key, int value) {
    if (value < 1) {
      throw ConfigException.value(key, value, "at least 1");
    }
  }

  public LaunchOptions withAttempts(int count) {
    return new LaunchOptions(
        workers, count, coresPerWorker, device, host, rendezvousTimeout, stopTimeout, jvmArguments);
  }

  public LaunchOptions withStopTimeout(Duration timeout) {
    return new LaunchOptions(
        workers, attempts, coresPerWorker, device, host, rendezvousTimeout, timeout, jvmArguments);
  }

  public LaunchOptions withJvmArguments(List<String> arguments) {
    return new LaunchOptions(
        workers, attempts, coresPerWorker, device, host, rendezvousTimeout, stopTimeout, arguments);
  }
}
