package ai.cresset.tensor.autograd;

import ai.cresset.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Decides what is kept of a saved tensor: offload it, compress it, or forget and recompute it.
 * Bound to a thread; captured when a tensor is saved, never read while backward runs.
 */
@FunctionalInterface
public interface SavedTensorHooks {
  /** Packs a tensor that an operation saves; null keeps it as it is. */
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
    return Holder.CURRENT.get();
  }

  /** Makes {@code hooks} this thread's until the result is closed. */
  static GradMode.Restore use(@Nullable SavedTensorHooks hooks) {
    SavedTensorHooks before = Holder.CURRENT.get();
    Holder.CURRENT.set(hooks);
    return () -> Holder.CURRENT.set(before);
  }

  /** Where the thread's hooks are. */
  final class Holder {
    private static final ThreadLocal<@Nullable SavedTensorHooks> CURRENT = new ThreadLocal<>();

    private Holder() {}
  }
}
