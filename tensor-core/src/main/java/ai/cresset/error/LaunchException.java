package ai.cresset.error;

import org.jspecify.annotations.Nullable;

/** Workers that did not come to their end: what the first of them said, or who stopped them. */
public final class LaunchException extends CressetException {
  private static final long serialVersionUID = 1L;

  private final boolean cancelled;

  private LaunchException(String message, @Nullable Throwable cause, boolean cancelled) {
    super(message);
    this.cancelled = cancelled;
    if (cause != null) {
      initCause(cause);
    }
  }

  /** The root cause, after the last attempt. */
  public static LaunchException failed(String message, @Nullable Throwable cause) {
    return new LaunchException(message, cause, false);
  }

  /** Somebody ended the job on purpose; it is not tried again. */
  public static LaunchException cancelled(String message, @Nullable Throwable cause) {
    return new LaunchException(message, cause, true);
  }

  /** Whether somebody ended the job on purpose. */
  public boolean isCancelled() {
    return cancelled;
  }
}
