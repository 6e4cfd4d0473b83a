package ai.cresset.backend.cpu;

import ai.cresset.backend.View;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import ai.cresset.type.Strides;

/** {@code [batch, channels, depth, height, width]} views whose channels lie beside each other. */
final class ChannelsLast {
  private ChannelsLast() {}

  static Strides strides(Shape shape) {
    long channels = shape.size(1);
    long row = channels * shape.size(4);
    long plane = row * shape.size(3);
    return Strides.of(plane * shape.size(2), 1, plane, row, channels);
  }

  /** Whether a view is so, without gaps; dimensions of size 1 do not count. */
  static boolean holds(View view) {
    Strides expected = strides(view.shape());
    for (int dim = 0; dim < 5; dim++) {
      if (view.shape().size(dim) != 1 && view.strides().stride(dim) != expected.stride(dim)) {
        return false;
      }
    }
    return true;
  }

  /** The view itself, or a copy that is so. */
  static View of(View view, DType dtype, CopyKernel copies, Temporaries temporaries) {
    if (view.dtype() == dtype && holds(view)) {
      return view;
    }
    View copy = like(view, dtype, temporaries);
    copies.copy(view, copy);
    return copy;
  }

  /** Memory of undefined content for a view of this shape. */
  static View like(View view, DType dtype, Temporaries temporaries) {
    return temporaries.dense(view.shape(), strides(view.shape()), dtype);
  }
}
