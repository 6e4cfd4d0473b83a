package ai.cresset.tensor.autograd;

/** Whether operations of this thread are recorded. On at first. */
public final class GradMode {
  private GradMode() {}

  public static boolean isEnabled() {
    return Mode.current().isRecording();
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
    Mode mode = Mode.current();
    boolean before = mode.isRecording();
    if (before == enabled) {
      return Restore.NOTHING;
    }
    mode.recording(enabled);
    return () -> mode.recording(before);
  }

  /** Brings the earlier mode back. */
  @FunctionalInterface
  public interface Restore extends AutoCloseable {
    Restore NOTHING = () -> {};

    @Override
    void close();
  }
}
