package ai.cresset.spark.launch;

import ai.cresset.error.CommunicationException;
import ai.cresset.error.CressetException;
import ai.cresset.error.DeviceException;
import org.jspecify.annotations.Nullable;

/**
 * How a worker failed, in a form that always survives the way to the driver: texts, no foreign
 * classes. Its stack trace is the original's.
 */
public final class WorkerFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int rank;
  private final boolean secondary;
  private final boolean retryable;
  private final long timeMillis;

  private WorkerFailure(
      String message, int rank, boolean secondary, boolean retryable, long timeMillis) {
    super(message);
    this.rank = rank;
    this.secondary = secondary;
    this.retryable = retryable;
    this.timeMillis = timeMillis;
  }

  /**
   * Describes what a worker threw.
   *
   * @param where host and executor, for people
   * @param step the last step the worker reported
   * @param interrupted whether Spark had told the task to end before
   */
  static WorkerFailure of(
      Throwable thrown, int rank, String where, long step, boolean interrupted) {
    CressetException ours = first(thrown, CressetException.class);
    boolean lostPeer = first(thrown, CommunicationException.class) != null;
    Throwable shown = ours == null ? thrown : ours;
    StringBuilder message = new StringBuilder("rank ").append(rank).append(" on ").append(where);
    if (step > 0) {
      message.append(" after step ").append(step);
    }
    message.append(": ").append(shown.getClass().getSimpleName());
    message.append(": ").append(shown.getMessage());
    for (Throwable cause = shown.getCause(); cause != null; cause = cause.getCause()) {
      message.append("; caused by ").append(cause);
    }
    boolean retryable = ours == null || lostPeer || ours instanceof DeviceException;
    WorkerFailure failure =
        new WorkerFailure(
            message.toString(),
            rank,
            lostPeer || interrupted,
            retryable,
            System.currentTimeMillis());
    failure.setStackTrace(shown.getStackTrace());
    return failure;
  }

  private static <T> @Nullable T first(Throwable thrown, Class<T> type) {
    for (Throwable each = thrown; each != null; each = each.getCause()) {
      if (type.isInstance(each)) {
        return type.cast(each);
      }
    }
    return null;
  }

  public int rank() {
    return rank;
  }

  /** Whether another worker's failure is probably behind this one. */
  public boolean isSecondary() {
    return secondary;
  }

  /** Whether another attempt may go better: not when a setting or the data must change. */
  public boolean isRetryable() {
    return retryable;
  }

  /** When it happened, by the clock of the worker's machine. */
  long timeMillis() {
    return timeMillis;
  }
}
