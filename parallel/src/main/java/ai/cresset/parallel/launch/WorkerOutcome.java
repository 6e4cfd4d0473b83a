package ai.cresset.parallel.launch;

import ai.cresset.error.CommunicationException;
import ai.cresset.error.CressetException;
import ai.cresset.error.DeviceException;
import ai.cresset.error.LaunchException;
import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a worker ended.
 *
 * @param rank which one
 * @param result what it made; null if it failed
 * @param error why it failed; null if it did not
 * @param order when it failed, among the workers of its attempt
 */
record WorkerOutcome(
    int rank, @Nullable Serializable result, @Nullable Throwable error, long order) {
  static WorkerOutcome success(int rank, @Nullable Serializable result) {
    return new WorkerOutcome(rank, result, null, Long.MAX_VALUE);
  }

  static WorkerOutcome failure(int rank, Throwable error, long order) {
    return new WorkerOutcome(rank, null, error, order);
  }

  /** The failure to tell: the first that is not just the loss of another worker. */
  static @Nullable WorkerOutcome rootCause(List<WorkerOutcome> outcomes) {
    return outcomes.stream()
        .filter(each -> each.error() != null)
        .min(
            Comparator.comparing((WorkerOutcome each) -> each.isSecondary())
                .thenComparing(WorkerOutcome::order))
        .orElse(null);
  }

  private boolean isSecondary() {
    return error instanceof CommunicationException;
  }

  /** Whether another attempt may go better: not when a setting or the data must change. */
  boolean isRetryable() {
    return !(error instanceof CressetException)
        || error instanceof CommunicationException
        || error instanceof DeviceException;
  }

  /** For the caller of the launcher. */
  LaunchException explain(int attempt) {
    Throwable cause = error;
    String what = cause == null ? "no reason known" : String.valueOf(cause.getMessage());
    String kind =
        cause == null || cause instanceof CressetException
            ? ""
            : cause.getClass().getSimpleName() + ": ";
    return LaunchException.failed(
        "rank " + rank + " failed in attempt " + attempt + ": " + kind + what, cause);
  }
}
