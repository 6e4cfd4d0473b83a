package ai.cresset.error;

/** Native memory used after its owner released it, or from a thread that does not own it. */
public final class LifetimeException extends CressetException {
  private static final long serialVersionUID = 1L;

  private LifetimeException(String message) {
    super(message);
  }

  /** A tensor was used after its release. */
  public static LifetimeException released(Object what, String by) {
    return new LifetimeException(
        what
            + " was released by "
            + by
            + "; keep it with Scope.keep, or use it before the scope ends");
  }

  /** A tensor that belongs to another thread, which may free it at any time. */
  public static LifetimeException otherThread(
      String op, Object tensor, String owner, String thread) {
    return new LifetimeException(
        op
            + ": "
            + tensor
            + " belongs to "
            + owner
            + " of thread "
            + thread
            + ", not to thread "
            + Thread.currentThread().getName()
            + "; hand it over with Scope.detach there, or copy it");
  }

  /** Memory left behind. */
  public static LifetimeException leak(String report) {
    return new LifetimeException(report);
  }

  /** Any other misuse. */
  public static LifetimeException because(String message) {
    return new LifetimeException(message);
  }
}
