package ai.cresset.parallel.launch;

import ai.cresset.error.LaunchException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts all workers of a job again after a failure, as often as allowed. */
final class Attempts {
  private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);

  private Attempts() {}

  /** Runs one attempt to its end. */
  interface Attempt {
    /** How each rank ended, in order of rank. */
    List<WorkerOutcome> run(int attempt);
  }

  static <R extends Serializable> List<R> run(int most, Attempt body) {
    for (int attempt = 0; ; attempt++) {
      List<WorkerOutcome> outcomes = body.run(attempt);
      WorkerOutcome cause = WorkerOutcome.rootCause(outcomes);
      if (cause == null) {
        return results(outcomes);
      }
      LaunchException error = cause.explain(attempt);
      if (attempt + 1 >= most || !cause.isRetryable()) {
        throw error;
      }
      LOG.warn("attempt {} of {} failed, trying again: {}", attempt, most, error.getMessage());
    }
  }

  @SuppressWarnings("unchecked") // Each result was made by the worker whose type is R.
  private static <R extends Serializable> List<R> results(List<WorkerOutcome> outcomes) {
    List<R> results = new ArrayList<>();
    for (WorkerOutcome outcome : outcomes) {
      results.add((R) Objects.requireNonNull(outcome.result(), "a worker returned null"));
    }
    return results;
  }
}
