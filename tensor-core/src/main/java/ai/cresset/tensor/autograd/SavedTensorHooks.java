package ai.cresset.tensor.autograd;

import ai.cresset.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Decides what is kept of a saved tensor: offload it, compress it, or forget and recompute it.
 * Bound to a thread; captured when a tensor is saved, never read while backward runs.
 */
@FunctionalInterface
public interface SavedTensorHooks {
  /**
   * Packs a tensor that an operation saves: an input, a result, or something made on the way. Null
   * keeps it as it is. Operations called here save their tensors without hooks.
   */
  @Nullable Packed pack(Tensor tensor);

  /** What was kept. */
  interface Packed {
    /** The tensor again, in the current scope; may be called more than once. */
    Tensor unpack();

    /** Called once, when it is no longer needed. */
    void release();
  }

  /** The hooks of this thread. */
  static @Nullable SavedTensorHooks current() {
    return Mode.current().savedTensorHooks();
  }

  /** Makes {@code hooks} this thread's until the result is closed. */
  static GradMode.Restore use(@Nullable SavedTensorHooks hooks) {
    Mode mode = Mode.current();
    SavedTensorHooks before = mode.savedTensorHooks();
    mode.savedTensorHooks(hooks);
    return () -> mode.savedTensorHooks(before);
  }
}
