package ai.cresset.tensor.autograd;

import ai.cresset.error.BackwardException;
import ai.cresset.memory.Storage;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import ai.cresset.type.Strides;
import org.jspecify.annotations.Nullable;

/**
 * A tensor kept for backward: its memory (by a reference of its own), how to walk it, its version,
 * and its place in the graph. Not the handle, which its scope may close.
 */
final class SavedTensor {
  /** What a saved tensor is to the operation that saves it. */
  private enum Role {
    INPUT,
    OUTPUT,
    /** Made on the way, such as a row's mean: no gradient can flow through it. */
    AUXILIARY
  }

  private final Storage storage;
  private final long offset;
  private final Shape shape;
  private final Strides strides;
  private final DType dtype;
  private final @Nullable Edge edge;
  private final SavedTensorHooks.@Nullable Packed packed;
  private @Nullable Tensor handle;
  private Role role;
  private int output = -1;
  private long version;

  /** Saves a tensor while forward runs; {@link #settle} follows when the outputs are known. */
  SavedTensor(Tensor tensor, boolean input) {
    SavedTensorHooks hooks = input ? SavedTensorHooks.current() : null;
    packed = hooks == null ? null : hooks.pack(tensor);
    storage = tensor.storage();
    offset = tensor.storageOffset();
    shape = tensor.shape();
    strides = tensor.strides();
    dtype = tensor.dtype();
    edge = input ? tensor.gradientEdge() : null;
    role = input ? Role.INPUT : Role.AUXILIARY;
    handle = tensor;
    if (packed == null) {
      storage.retain();
    }
    if (edge != null) {
      edge.retain();
    }
  }

  /** Forward ended: finds out whether this is one of its outputs, and which version counts. */
  void settle(Tensor[] outputs) {
    version = storage.version();
    for (int i = 0; i < outputs.length; i++) {
      if (outputs[i] == handle) {
        role = Role.OUTPUT;
        output = i;
      }
    }
    handle = null;
  }

  /** The tensor as it was, in the current scope. */
  Tensor unpack(OpNode self) {
    if (role == Role.AUXILIARY && dtype.isFloating() && GradMode.isEnabled()) {
      throw BackwardException.notTwice(self.name());
    }
    // A node holds no reference to itself: an output's edge is made anew.
    Edge place = role == Role.OUTPUT && dtype.isFloating() ? new Edge(self, output) : edge;
    if (packed != null) {
      try (Tensor restored = packed.unpack()) {
        return Tensor.withEdge(restored, place);
      }
    }
    if (storage.version() != version) {
      throw BackwardException.changed(self.name(), version, storage.version());
    }
    return Tensor.view(storage, offset, shape, strides, dtype, place);
  }

  void release() {
    if (packed == null) {
      storage.release();
    } else {
      packed.release();
    }
    if (edge != null) {
      edge.release();
    }
  }
}
