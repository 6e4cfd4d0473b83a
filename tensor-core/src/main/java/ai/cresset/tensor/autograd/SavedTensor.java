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

  private final Shape shape;
  private final DType dtype;
  private final @Nullable Edge edge;
  private final SavedTensorHooks.@Nullable Packed packed;
  private Storage storage;
  private Strides strides;
  private long offset;
  private @Nullable Tensor handle;
  private Role role;
  private int output = -1;
  private long version;

  /** Saves a tensor while forward runs; {@link #settle} follows when the outputs are known. */
  SavedTensor(Tensor tensor, boolean input) {
    SavedTensorHooks hooks = Mode.current().savedTensorHooks();
    packed = hooks == null ? null : pack(hooks, tensor);
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

  private static SavedTensorHooks.@Nullable Packed pack(SavedTensorHooks hooks, Tensor tensor) {
    Mode mode = Mode.current();
    mode.savedTensorHooks(null);
    try {
      return hooks.pack(tensor);
    } finally {
      mode.savedTensorHooks(hooks);
    }
  }

  /** The elements of {@code target} will be replaced by {@code result}. */
  void beforeReplacing(Tensor target, Tensor result) {
    if (packed != null) {
      if (handle == result) {
        handle = target;
      }
    } else if (handle == result) {
      handle = target;
      move(target.storage().retain(), target.storageOffset(), target.strides());
    } else if (storage == target.storage()) {
      try (Tensor place = Tensor.view(storage, offset, shape, strides, dtype);
          Tensor copy = place.detachedClone()) {
        handle = null;
        move(copy.storage().retain(), copy.storageOffset(), copy.strides());
      }
    }
  }

  private void move(Storage to, long at, Strides steps) {
    storage.release();
    storage = to;
    offset = at;
    strides = steps;
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
  Tensor unpack(Node self) {
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
      throw BackwardException.changed(
          self.name(), dtype + shape.toString(), storage.lastChange(), version, storage.version());
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
