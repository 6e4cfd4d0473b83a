package ai.cresset.parallel.launch;

import ai.cresset.error.CommunicationException;
import ai.cresset.error.LaunchException;
import ai.cresset.parallel.comm.channel.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the workers of one attempt. After the first failure the others have a moment to find
 * out by themselves, as their words are the better ones; then they are told to stop.
 */
final class Supervision {
  private static final Duration GRACE = Duration.ofMillis(500);

  private final int workers;
  private final Duration stopTimeout;
  private final Runnable stop;
  private final BlockingQueue<WorkerOutcome> ended = new LinkedBlockingQueue<>();
  private final AtomicLong failures = new AtomicLong();

  /**
   * @param stop tells all workers to stop
   */
  Supervision(int workers, Duration stopTimeout, Runnable stop) {
    this.workers = workers;
    this.stopTimeout = stopTimeout;
    this.stop = stop;
  }

  /** The number of a failure that happens now. */
  long nextFailure() {
    return failures.getAndIncrement();
  }

  /** A worker has ended. */
  void ended(WorkerOutcome outcome) {
    ended.add(outcome);
  }

  /** How each rank ended, in order of rank; those that did not stop in time have failed. */
  List<WorkerOutcome> await() {
    @Nullable WorkerOutcome[] outcomes = new WorkerOutcome[workers];
    int missing = workers;
    @Nullable Deadline grace = null;
    @Nullable Deadline end = null;
    while (missing > 0) {
      WorkerOutcome outcome = next(end == null ? grace : end);
      if (outcome != null) {
        outcomes[outcome.rank()] = outcome;
        missing--;
        if (outcome.error() != null && grace == null) {
          grace = Deadline.after(GRACE);
        }
      } else if (end == null) {
        end = Deadline.after(stopTimeout);
        stop.run();
      } else {
        break;
      }
    }
    List<WorkerOutcome> all = new ArrayList<>();
    for (int rank = 0; rank < workers; rank++) {
      WorkerOutcome outcome = outcomes[rank];
      all.add(outcome == null ? late(rank) : outcome);
    }
    return all;
  }

  private WorkerOutcome late(int rank) {
    return WorkerOutcome.failure(
        rank,
        CommunicationException.because("it did not stop within " + Deadline.text(stopTimeout)),
        nextFailure());
  }

  private @Nullable WorkerOutcome next(@Nullable Deadline deadline) {
    try {
      return deadline == null
          ? ended.take()
          : ended.poll(Math.max(0, deadline.remainingNanos()), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      stop.run();
      Thread.currentThread().interrupt();
      throw LaunchException.cancelled("interrupted while workers ran", e);
    }
  }
}
