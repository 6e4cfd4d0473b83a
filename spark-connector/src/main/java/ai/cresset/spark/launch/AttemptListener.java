package ai.cresset.spark.launch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.ExceptionFailure;
import org.apache.spark.ExecutorLostFailure;
import org.apache.spark.TaskEndReason;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.scheduler.StageInfo;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Follows the tasks of one attempt. The exception of a failed job carries what reached the driver
 * first; the root cause may be another task's, and slots are free only when all tasks have ended.
 */
final class AttemptListener extends SparkListener {
  /** The local property by which an attempt knows its jobs. */
  static final String PROPERTY = "cresset.launch.attempt";

  private final String attempt;
  private final Set<Integer> stages = new HashSet<>();
  private final List<WorkerFailure> failures = new ArrayList<>();
  private final List<String> otherFailures = new ArrayList<>();
  private final List<String> lostExecutors = new ArrayList<>();
  private int started;
  private int ended;

  AttemptListener(String attempt) {
    this.attempt = attempt;
  }

  @Override
  public synchronized void onJobStart(SparkListenerJobStart event) {
    if (event.properties() != null && attempt.equals(event.properties().getProperty(PROPERTY))) {
      for (StageInfo stage : CollectionConverters.asJava(event.stageInfos())) {
        stages.add(stage.stageId());
      }
    }
  }

  @Override
  public synchronized void onTaskStart(SparkListenerTaskStart event) {
    if (stages.contains(event.stageId())) {
      started++;
      notifyAll();
    }
  }

  @Override
  public synchronized void onTaskEnd(SparkListenerTaskEnd event) {
    if (!stages.contains(event.stageId())) {
      return;
    }
    ended++;
    notifyAll();
    TaskEndReason reason = event.reason();
    String where = "task " + event.taskInfo().index() + " on " + event.taskInfo().host();
    if (reason instanceof ExceptionFailure failure) {
      if (failure.exception().isDefined()
          && failure.exception().get() instanceof WorkerFailure worker) {
        failed(worker);
      } else {
        otherFailures.add(where + ": " + failure.className() + ": " + failure.description());
      }
    } else if (reason instanceof ExecutorLostFailure lost) {
      lostExecutors.add(
          "executor "
              + lost.execId()
              + " on "
              + event.taskInfo().host()
              + " was lost: "
              + (lost.reason().isDefined() ? lost.reason().get() : "no reason known"));
    }
  }

  /** A worker's own word, from Spark or from the worker; the first one counts. */
  synchronized void failed(WorkerFailure failure) {
    if (failures.stream().noneMatch(each -> each.rank() == failure.rank())) {
      failures.add(failure);
    }
  }

  /** Waits until every task that started has ended; how many still run at the deadline. */
  synchronized int awaitEnds(Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (ended < started || (started == 0 && !stages.isEmpty())) {
      long millis = (deadline - System.nanoTime()) / 1_000_000;
      if (millis <= 0) {
        break;
      }
      wait(millis);
    }
    return started - ended;
  }

  synchronized List<WorkerFailure> failures() {
    return List.copyOf(failures);
  }

  /** Failures outside of the worker's body, such as a class that the executor does not have. */
  synchronized List<String> otherFailures() {
    return List.copyOf(otherFailures);
  }

  synchronized List<String> lostExecutors() {
    return List.copyOf(lostExecutors);
  }
}
