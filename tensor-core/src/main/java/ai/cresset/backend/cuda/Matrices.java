package ai.cresset.backend.cuda;

import ai.cresset.backend.View;
import ai.cresset.type.Shape;
import ai.cresset.type.Strides;

/** Views of rank 3, {@code [batch, rows, columns]}, for products. */
final class Matrices {
  private Matrices() {}

  static View transposed(View view) {
    return with(
        view,
        Shape.of(view.shape().size(0), view.shape().size(2), view.shape().size(1)),
        view.strides().stride(0),
        view.strides().stride(2),
        view.strides().stride(1));
  }

  static View with(View view, Shape shape, long... strides) {
    return new View(view.storage(), view.offset(), shape, Strides.of(strides), view.dtype());
  }

  /** How far batch entries lie apart; 0 if there is one. */
  static long batchStride(View view) {
    return view.shape().size(0) == 1 ? 0 : view.strides().stride(0);
  }

  /** Whether all rows of all batch entries have one distance. */
  static boolean foldsIntoRows(View view) {
    return view.shape().size(0) == 1
        || view.strides().stride(0) == view.shape().size(1) * view.strides().stride(1);
  }

  /** {@code [batch, rows, columns]} as one matrix of all rows. */
  static View rows(View view) {
    Shape shape = view.shape();
    Shape folded = Shape.of(1, shape.size(0) * shape.size(1), shape.size(2));
    return with(view, folded, 0, view.strides().stride(1), view.strides().stride(2));
  }
}
