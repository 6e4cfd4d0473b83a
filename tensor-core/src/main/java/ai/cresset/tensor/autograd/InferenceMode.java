package ai.cresset.tensor.autograd;

/**
 * Beyond {@link GradMode#disable}: tensors made meanwhile can never enter a graph ({@code
 * torch.inference_mode}). An operation that would have to save one for backward refuses it, and so
 * do changes in place outside of the mode; {@code copy()} makes an ordinary tensor of it.
 */
public final class InferenceMode {
  private InferenceMode() {}

  /** Enters the mode until the result is closed. */
  public static GradMode.Restore enable() {
    Mode mode = Mode.current();
    boolean recording = mode.isRecording();
    boolean inference = mode.isInference();
    mode.recording(false);
    mode.inference(true);
    return () -> {
      mode.recording(recording);
      mode.inference(inference);
    };
  }

  public static boolean isEnabled() {
    return Mode.current().isInference();
  }
}
