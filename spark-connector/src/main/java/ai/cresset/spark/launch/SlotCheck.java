package ai.cresset.spark.launch;

import ai.cresset.error.ConfigException;
import ai.cresset.error.LaunchException;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.resource.ResourceProfile;

/**
 * Counts slots before a barrier job starts. Spark itself would try 40 times every 15 seconds.
 *
 * <p>A slot is room for one worker with its cores and GPUs on an executor. What other jobs hold
 * counts as a slot too: the workers wait for it.
 */
final class SlotCheck {
  private static final Pattern LOCAL_CLUSTER =
      Pattern.compile("local-cluster\\[\\s*(\\d+)\\s*,\\s*(\\d+)\\s*,\\s*\\d+\\s*]");
  private static final Duration BETWEEN_NOTICES = Duration.ofSeconds(5);
  private static final Duration INTERVAL = Duration.ofMillis(250);

  private final SparkContext context;
  private final LaunchOptions options;
  private final ResourceProfile profile;
  private final Consumer<String> notices;

  SlotCheck(
      SparkContext context,
      LaunchOptions options,
      ResourceProfile profile,
      Consumer<String> notices) {
    this.context = context;
    this.options = options;
    this.profile = profile;
    this.notices = notices;
  }

  /**
   * Returns when there are enough slots.
   *
   * @throws ConfigException when there are not, and no more can come or none came in time
   */
  void await() {
    int wanted = options.workers();
    if (context.getConf().getBoolean("spark.dynamicAllocation.enabled", false)) {
      throw ConfigException.because(
          "spark.dynamicAllocation.enabled: expected false, got true; workers start together, which"
              + " Spark does with a fixed number of executors only");
    }
    OptionalInt most = mostPossible();
    if (most.isPresent() && most.getAsInt() < wanted) {
      throw refusal(most.getAsInt());
    }
    long deadline = System.nanoTime() + options.slotWait().toNanos();
    long nextNotice = System.nanoTime() + BETWEEN_NOTICES.toNanos();
    while (true) {
      int available = available();
      if (available >= wanted) {
        return;
      }
      long now = System.nanoTime();
      if (now >= deadline) {
        throw refusal(available);
      }
      if (now >= nextNotice) {
        long seconds = Duration.ofNanos(deadline - now).toSeconds() + 1;
        notices.accept(
            "waiting for slots: "
                + wanted
                + " wanted, "
                + available
                + " there, "
                + seconds
                + " s left");
        nextNotice = now + BETWEEN_NOTICES.toNanos();
      }
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(INTERVAL.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw LaunchException.cancelled("interrupted while waiting for slots", e);
    }
  }

  private int available() {
    return context.maxNumConcurrentTasks(profile);
  }

  private int cores() {
    int fallback = context.getConf().getInt("spark.task.cpus", 1);
    return options.coresPerWorker() == 0 || context.isLocal() ? fallback : options.coresPerWorker();
  }

  /** The most slots that this application can ever have, where its settings tell. */
  private OptionalInt mostPossible() {
    if (context.isLocal()) {
      return OptionalInt.of(available());
    }
    SparkConf conf = context.getConf();
    int cores = cores();
    Matcher localCluster = LOCAL_CLUSTER.matcher(context.master());
    if (localCluster.matches()) {
      int executors = Integer.parseInt(localCluster.group(1));
      return OptionalInt.of(executors * (Integer.parseInt(localCluster.group(2)) / cores));
    }
    if (context.master().startsWith("spark://")) {
      return conf.contains("spark.cores.max")
          ? OptionalInt.of(conf.getInt("spark.cores.max", 0) / cores)
          : OptionalInt.empty();
    }
    return conf.contains("spark.executor.instances")
        ? OptionalInt.of(
            conf.getInt("spark.executor.instances", 0)
                * (conf.getInt("spark.executor.cores", 1) / cores))
        : OptionalInt.empty();
  }

  private ConfigException refusal(int available) {
    int wanted = options.workers();
    String each =
        cores()
            + (cores() == 1 ? " core" : " cores")
            + (options.gpusPerWorker() == 0 ? "" : " and " + gpus() + " GPU");
    return ConfigException.because(
        "workers: "
            + wanted
            + " slots wanted, "
            + available
            + " available (a slot is "
            + each
            + "); ask for at most "
            + Math.max(1, available)
            + " workers, or "
            + remedy(wanted));
  }

  private String gpus() {
    double each = options.gpusPerWorker();
    return each < 1 ? String.valueOf(each) : String.valueOf((long) each);
  }

  private String remedy(int wanted) {
    String master = context.master();
    int cores = wanted * cores();
    if (context.isLocal()) {
      return "start with --master local[" + cores + "]";
    }
    Matcher localCluster = LOCAL_CLUSTER.matcher(master);
    if (localCluster.matches()) {
      return "start with --master local-cluster[" + wanted + "," + cores() + ",memory]";
    }
    if (master.startsWith("spark://")) {
      return "set spark.cores.max to at least " + cores + " on a cluster that has them";
    }
    return "set spark.executor.instances to at least "
        + wanted
        + " with spark.executor.cores at "
        + cores()
        + (options.gpusPerWorker() == 0
            ? ""
            : " and spark.executor.resource.gpu.amount at least " + gpus());
  }
}
