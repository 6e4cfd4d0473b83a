package ai.cresset.spark.launch;

import ai.cresset.error.ConfigException;
import ai.cresset.error.LaunchException;
import ai.cresset.parallel.launch.Launcher;
import ai.cresset.parallel.launch.Progress;
import ai.cresset.parallel.launch.Worker;
import ai.cresset.spark.launch.WorkerTask.RankResult;
import ai.cresset.spark.resource.WorkerResources;
import java.io.Serializable;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkThrowable;
import org.apache.spark.rdd.RDD;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.resource.ResourceProfileBuilder;
import org.apache.spark.resource.TaskResourceRequests;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs workers as the tasks of a barrier stage, and all of them again after a failure. The caller's
 * job group and job tags hold for its jobs, so {@code cancelJobGroup} ends them; the {@code
 * SparkContext} itself is never stopped. Several launches may run at once.
 */
public final class SparkLauncher implements Launcher {
  private static final Logger LOG = LoggerFactory.getLogger(SparkLauncher.class);
  private static final String INTERRUPT = "spark.job.interruptOnCancel";
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final int SECRET_BYTES = 32;

  private final SparkContext context;
  private final LaunchOptions options;
  private final List<Consumer<Progress>> progressListeners = new CopyOnWriteArrayList<>();
  private final List<Consumer<String>> noticeListeners = new CopyOnWriteArrayList<>();
  private final String tag = "cresset-" + UUID.randomUUID();
  private volatile boolean cancelled;

  public SparkLauncher(SparkContext context, LaunchOptions options) {
    this.context = context;
    this.options = options;
    if (context.isLocal() && options.gpusPerWorker() > 0) {
      throw ConfigException.value(
          "gpusPerWorker",
          options.gpusPerWorker(),
          "0 with --master "
              + context.master()
              + ", which assigns no GPUs; use local-cluster[...]"
              + " or a cluster");
    }
  }

  /** Adds a listener for what workers report while they run; called on one thread of a launch. */
  public SparkLauncher onProgress(Consumer<Progress> listener) {
    progressListeners.add(listener);
    return this;
  }

  /** Adds a listener for what people want to know: waiting for slots, failed attempts. */
  public SparkLauncher onNotice(Consumer<String> listener) {
    noticeListeners.add(listener);
    return this;
  }

  /**
   * Waits until there are enough slots, as {@link #launch} does at its start: a job can find out
   * before it does work that would be in vain.
   *
   * @throws ConfigException when there are not, and no more can come or none came in time
   */
  public void awaitSlots() {
    slotCheck(profile()).await();
  }

  private SlotCheck slotCheck(@Nullable ResourceProfile profile) {
    return new SlotCheck(
        context,
        options,
        profile == null ? context.resourceProfileManager().defaultResourceProfile() : profile,
        this::notice);
  }

  /** Ends what this launcher runs now, from any thread; it is not tried again. */
  public void cancel() {
    cancelled = true;
    context.cancelJobsWithTag(tag);
  }

  @Override
  public <R extends Serializable> List<R> launch(Worker<R> worker) {
    FeedWorker<Integer, R> body = (context, rows) -> worker.run(context);
    return launch(BarrierJob.emptyPartitions(context, options.workers()), body, true);
  }

  /**
   * Runs workers that are fed with rows. Rank r reads partition r.
   *
   * @param partitions one partition for each worker, of narrow lineage or none ({@link
   *     ai.cresset.spark.data.GroupedRdd})
   */
  public <T, R extends Serializable> List<R> launch(RDD<T> partitions, FeedWorker<T, R> worker) {
    if (partitions.getNumPartitions() != options.workers()) {
      throw ConfigException.value(
          "partitions", partitions.getNumPartitions(), options.workers() + ", one for each worker");
    }
    return launch(partitions, worker, false);
  }

  private <T, R extends Serializable> List<R> launch(
      RDD<T> partitions, FeedWorker<T, R> worker, boolean ranksByAddress) {
    cancelled = false;
    String launch = UUID.randomUUID().toString();
    byte[] secret = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    ResourceProfile profile = profile();
    SlotCheck slots = slotCheck(profile);
    warnWithoutPlugin();
    try (ProgressDispatcher progress = new ProgressDispatcher(launch, progressListeners)) {
      Duration backOff = options.backOff();
      for (int attempt = 0; ; attempt++) {
        slots.await();
        WorkerTask<T, R> task =
            new WorkerTask<>(
                worker,
                launch,
                attempt,
                secret,
                ChannelSecurity.encrypts(context.getConf()),
                ranksByAddress,
                sharedCores());
        AttemptListener listener = new AttemptListener(launch + "/" + attempt);
        LaunchRoutes.open(launch, receiver(attempt, listener, progress));
        try {
          return attempt(partitions, task, profile, listener, launch + "/" + attempt);
        } catch (Throwable thrown) { // Scala throws checked exceptions without saying so
          RootCause cause = explain(thrown, listener);
          if (attempt + 1 == options.attempts() || !cause.retryable()) {
            throw LaunchException.failed(
                "attempt "
                    + (attempt + 1)
                    + " of "
                    + options.attempts()
                    + " failed: "
                    + cause.text(),
                cause.failure() == null ? thrown : cause.failure());
          }
          notice(
              "attempt "
                  + (attempt + 1)
                  + " of "
                  + options.attempts()
                  + " failed: "
                  + cause.text()
                  + "\nstarting again in "
                  + backOff.toMillis()
                  + " ms");
          pause(backOff);
          backOff = backOff.multipliedBy(2);
        } finally {
          context.removeSparkListener(listener);
        }
      }
    } finally {
      LaunchRoutes.close(launch);
    }
  }

  private static Consumer<WorkerMessage> receiver(
      int attempt, AttemptListener listener, ProgressDispatcher progress) {
    return message -> {
      if (message instanceof WorkerMessage.Report report) {
        progress.accept(report.progress());
      } else if (message instanceof WorkerMessage.Failed failed && failed.attempt() == attempt) {
        listener.failed(failed.failure());
      }
    };
  }

  private <T, R extends Serializable> List<R> attempt(
      RDD<T> partitions,
      WorkerTask<T, R> task,
      @Nullable ResourceProfile profile,
      AttemptListener listener,
      String name) {
    String interruptBefore = context.getLocalProperty(INTERRUPT);
    context.addSparkListener(listener);
    context.addJobTag(tag);
    context.setLocalProperty(INTERRUPT, "true");
    context.setLocalProperty(AttemptListener.PROPERTY, name);
    try {
      RankResult[] results = BarrierJob.run(partitions, task, profile);
      Arrays.sort(results, Comparator.comparingInt(RankResult::rank));
      List<R> inOrder = new ArrayList<>();
      for (RankResult result : results) {
        @SuppressWarnings("unchecked") // what a worker of type R returned
        R value = (R) result.value();
        inOrder.add(value);
      }
      return inOrder;
    } finally {
      context.setLocalProperty(AttemptListener.PROPERTY, null);
      context.setLocalProperty(INTERRUPT, interruptBefore);
      context.removeJobTag(tag);
    }
  }

  /** Waits for the other tasks, then says what was behind the failure of a job. */
  private RootCause explain(Throwable thrown, AttemptListener listener) {
    if (thrown instanceof Error error && !(thrown instanceof LinkageError)) {
      throw error;
    }
    try {
      if (thrown instanceof InterruptedException) {
        context.cancelJobsWithTag(tag);
        Thread.currentThread().interrupt();
        throw LaunchException.cancelled("interrupted while workers ran", thrown);
      }
      int running = listener.awaitEnds(GRACE);
      if (running > 0) {
        notice(running + " tasks of the failed attempt still hold their slots");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw LaunchException.cancelled("interrupted after workers failed", e);
    }
    if (cancelled || isCancellation(thrown)) {
      throw LaunchException.cancelled("cancelled: " + thrown.getMessage(), thrown);
    }
    if (context.isStopped()) {
      throw LaunchException.cancelled("the SparkContext was stopped while workers ran", thrown);
    }
    return RootCause.of(listener, thrown);
  }

  private static boolean isCancellation(Throwable thrown) {
    return thrown instanceof SparkThrowable spark
        && "SPARK_JOB_CANCELLED".equals(spark.getCondition());
  }

  private void pause(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw LaunchException.cancelled("interrupted between two attempts", e);
    }
    if (cancelled) {
      throw LaunchException.cancelled("cancelled between two attempts", null);
    }
  }

  /** What a task shall own; null where Spark's defaults are wanted, or cannot be changed. */
  private @Nullable ResourceProfile profile() {
    if (context.isLocal() || (options.coresPerWorker() == 0 && options.gpusPerWorker() == 0)) {
      return null;
    }
    int cores =
        options.coresPerWorker() == 0
            ? context.getConf().getInt("spark.task.cpus", 1)
            : options.coresPerWorker();
    TaskResourceRequests requests = new TaskResourceRequests().cpus(cores);
    if (options.gpusPerWorker() > 0) {
      requests.resource(WorkerResources.GPU, options.gpusPerWorker());
    }
    ResourceProfile profile = new ResourceProfileBuilder().require(requests).build();
    context.resourceProfileManager().addResourceProfile(profile);
    return profile;
  }

  private int sharedCores() {
    return context.isLocal() ? Math.max(1, context.defaultParallelism() / options.workers()) : 0;
  }

  private void warnWithoutPlugin() {
    if (!context.isLocal() && !ProgressPlugin.isConfigured(context.getConf())) {
      notice(
          "progress of workers will not be seen: set "
              + ProgressPlugin.SETTING
              + "="
              + ProgressPlugin.class.getName());
    }
  }

  private void notice(String text) {
    LOG.info(text);
    noticeListeners.forEach(listener -> listener.accept(text));
  }
}
