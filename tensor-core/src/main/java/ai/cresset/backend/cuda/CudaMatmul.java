package ai.cresset.backend.cuda;

import ai.cresset.backend.View;
import ai.cresset.error.DTypeException;
import ai.cresset.error.DeviceException;
import ai.cresset.type.DType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Matrix products: cuBLAS for floating types, with temporary copies only where its layouts cannot
 * express the strides; our own kernels for integers, for sizes beyond its own, and, after one
 * warning, where cuBLAS is absent.
 */
final class CudaMatmul {
  private static final Logger LOG = LoggerFactory.getLogger(CudaMatmul.class);

  private final CudaContext context;
  private final CudaPrecision precision;
  private final CudaCopy copies;
  private final TileMatmul tiles;
  private @Nullable CublasMatmul cublas;
  private boolean opened;

  CudaMatmul(CudaContext context, CudaPrecision precision, CudaCopy copies) {
    this.context = context;
    this.precision = precision;
    this.copies = copies;
    this.tiles = new TileMatmul(context, precision);
  }

  void matmul(View left, View right, View output, boolean accumulate) {
    DType dtype = output.dtype();
    if (dtype == DType.BOOL) {
      throw DTypeException.unsupported("matmul", dtype, "all types but bool");
    }
    if (left.dtype() != dtype || right.dtype() != dtype) {
      throw DTypeException.mismatch(
          "matmul", dtype, left.dtype() != dtype ? left.dtype() : right.dtype());
    }
    if (output.numel() == 0) {
      return;
    }
    View a = left;
    View c = output;
    View b = right;
    if (output.shape().size(0) > 1
        && Matrices.batchStride(b) == 0
        && Matrices.foldsIntoRows(a)
        && Matrices.foldsIntoRows(c)) {
      a = Matrices.rows(a);
      b = Matrices.with(b, b.shape().with(0, 1), 0, b.strides().stride(1), b.strides().stride(2));
      c = Matrices.rows(c);
    }
    CublasMatmul library = dtype.isFloating() && a.shape().size(2) > 0 ? cublas() : null;
    if (library != null && c.shape().size(0) <= Integer.MAX_VALUE && CublasMatmul.takes(c)) {
      byCublas(library, a, b, c, accumulate);
    } else {
      tiles.multiply(a, b, c, accumulate);
    }
  }

  private void byCublas(CublasMatmul library, View a, View b, View c, boolean accumulate) {
    try (DeviceTemporaries temporaries = new DeviceTemporaries(context)) {
      View left = plain(a, temporaries);
      View right = plain(b, temporaries);
      if (CublasMatmul.isRowMajor(c)) {
        library.multiply(left, right, c, accumulate);
      } else {
        library.multiply(
            Matrices.transposed(right),
            Matrices.transposed(left),
            Matrices.transposed(c),
            accumulate);
      }
    }
  }

  /** The operand itself, or a row-major copy, of one batch entry where all are the same. */
  private View plain(View view, DeviceTemporaries temporaries) {
    if (CublasMatmul.takes(view)) {
      return view;
    }
    View source =
        Matrices.batchStride(view) != 0
            ? view
            : Matrices.with(
                view,
                view.shape().with(0, 1),
                0,
                view.strides().stride(1),
                view.strides().stride(2));
    View copy = temporaries.of(source.shape(), view.dtype());
    copies.copy(source, copy);
    return copy.broadcast(view.shape());
  }

  /** Leaves cuBLAS out from now on, as if it were absent. */
  synchronized void leaveOutLibrary() {
    opened = true;
    cublas = null;
  }

  private synchronized @Nullable CublasMatmul cublas() {
    if (!opened) {
      opened = true;
      try {
        cublas = new CublasMatmul(context, precision);
      } catch (DeviceException e) {
        LOG.warn(
            "matrix products on {} run on our own kernels, which are slower: {}",
            context.device(),
            e.getMessage());
      }
    }
    return cublas;
  }
}
