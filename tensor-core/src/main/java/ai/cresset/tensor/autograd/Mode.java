package ai.cresset.tensor.autograd;

import ai.cresset.tensor.op.ForwardRunner;
import ai.cresset.tensor.op.OpObserver;
import ai.cresset.tensor.op.OperandCasting;
import org.jspecify.annotations.Nullable;

/**
 * What holds for the operations of one thread: whether they are recorded, who watches them, what
 * becomes of saved tensors. One object for each thread, so that an operation looks it up once.
 */
public final class Mode {
  private static final ThreadLocal<Mode> CURRENT = ThreadLocal.withInitial(Mode::new);

  private boolean recording = true;
  private boolean inference;
  private boolean anomaly;
  private @Nullable SavedTensorHooks savedTensorHooks;
  private @Nullable OpObserver observer;
  private @Nullable OperandCasting casting;
  private @Nullable ForwardRunner forwardRunner;
  private boolean repeating;

  private Mode() {}

  /** Of the calling thread. */
  public static Mode current() {
    return CURRENT.get();
  }

  /** Whether operations are recorded. */
  public boolean isRecording() {
    return recording;
  }

  /** Switches recording; callers bring the old value back themselves. */
  public void recording(boolean on) {
    recording = on;
  }

  /** Whether tensors made now are outside of every graph for good. */
  public boolean isInference() {
    return inference;
  }

  void inference(boolean on) {
    inference = on;
  }

  boolean isAnomaly() {
    return anomaly;
  }

  void anomaly(boolean on) {
    anomaly = on;
  }

  /** Whether saved tensors are handed to hooks. */
  public boolean hasSavedTensorHooks() {
    return savedTensorHooks != null;
  }

  @Nullable SavedTensorHooks savedTensorHooks() {
    return savedTensorHooks;
  }

  void savedTensorHooks(@Nullable SavedTensorHooks hooks) {
    savedTensorHooks = hooks;
  }

  /** Who watches operations of this thread; null for nobody. */
  public @Nullable OpObserver observer() {
    return observer;
  }

  /** Makes {@code watching} the observer of this thread; null ends it. */
  public void observer(@Nullable OpObserver watching) {
    observer = watching;
  }

  /** What casts the operands of operations of this thread; null for nothing. */
  public @Nullable OperandCasting casting() {
    return casting;
  }

  /** Sets what casts operands; callers bring the old value back themselves. */
  public void casting(@Nullable OperandCasting now) {
    casting = now;
  }

  /** What computes recorded operations of this thread; null for the operations themselves. */
  public @Nullable ForwardRunner forwardRunner() {
    return forwardRunner;
  }

  /** Sets what computes recorded operations; callers bring the old value back themselves. */
  public void forwardRunner(@Nullable ForwardRunner now) {
    forwardRunner = now;
  }

  /**
   * Whether a forward pass runs again for its backward: what the first run left behind apart from
   * its results, such as running statistics, must not change once more.
   */
  public boolean isRepeating() {
    return repeating;
  }

  void repeating(boolean on) {
    repeating = on;
  }
}
