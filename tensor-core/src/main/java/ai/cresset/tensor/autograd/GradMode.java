package ai.cresset.tensor.autograd;

/** Whether operations of this thread are recorded. On at first. */
public final class GradMode {
  private static final ThreadLocal<Boolean> ENABLED = ThreadLocal.withInitial(() -> true);

  private GradMode() {}

  public static boolean isEnabled() {
    return ENABLED.get();
  }

  /** Stops recording until the result is closed ({@code torch.no_grad}). */
  public static Restore disable() {
    return set(false);
  }

  /** Records until the result is closed ({@code torch.enable_grad}). */
  public static Restore enable() {
    return set(true);
  }

  /** Sets the mode until the result is closed. */
  public static Restore set(boolean enabled) {
    boolean before = ENABLED.get();
    if (before == enabled) {
      return Restore.NOTHING;
    }
    ENABLED.set(enabled);
    return () -> ENABLED.set(before);
  }

  /** Brings the earlier mode back. */
  @FunctionalInterface
  public interface Restore extends AutoCloseable {
    Restore NOTHING = () -> {};

    @Override
    void close();
  }
}
