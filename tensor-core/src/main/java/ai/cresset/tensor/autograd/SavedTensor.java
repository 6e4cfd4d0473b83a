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
  private final Storage storage;
  private final long offset;
  private final Shape shape;
  private final Strides strides;
  private final DType dtype;
  private final long version;
  private final @Nullable Edge edge;
  private final int output;
  private final SavedTensorHooks.@Nullable Packed packed;

  /**
   * Saves a tensor.
   *
   * @param output its position among the outputs of the saving node, or -1 for an input; a node
   *     does not hold a reference to itself
   */
  SavedTensor(Tensor tensor, int output) {
    SavedTensorHooks hooks = SavedTensorHooks.current();
    this.packed = hooks == null || output >= 0 ? null : hooks.pack(tensor);
    this.storage = tensor.storage();
    this.offset = tensor.storageOffset();
    this.shape = tensor.shape();
    this.strides = tensor.strides();
    this.dtype = tensor.dtype();
    this.version = storage.version();
    this.output = output;
    this.edge = output >= 0 ? null : tensor.gradientEdge();
    if (packed == null) {
      storage.retain();
    }
    if (edge != null) {
      edge.node().retain();
    }
  }

  /** The tensor as it was, in the current scope. */
  Tensor unpack(OpNode self) {
    Edge place = output >= 0 ? new Edge(self, output) : edge;
    if (packed != null) {
      return Tensor.withEdge(packed.unpack(), place);
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
      edge.node().release();
    }
  }
}
