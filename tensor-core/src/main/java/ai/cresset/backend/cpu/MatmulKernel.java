package ai.cresset.backend.cpu;

import ai.cresset.backend.View;
import ai.cresset.error.DTypeException;
import ai.cresset.memory.NativeMemory;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import ai.cresset.type.Strides;

/**
 * Matrix products: oneDNN for float32 (and bfloat16 where the machine has it), our own loops for
 * float64 and integers, with temporary copies only where oneDNN's plain layouts cannot express the
 * strides. Products with a vector are {@link VectorProduct}, tiny ones {@link TinyProduct}, some
 * large ones {@link DnnlGemm}.
 */
final class MatmulKernel {
  private final CopyKernel copies;
  private final DoubleMatmul doubles;
  private final IntegerMatmul integers;
  private final DnnlMatmul dnnl;
  private final VectorProduct vectors;
  private final DnnlGemm gemm;

  MatmulKernel(
      ThreadTeam team, FloatKernels kernels, CopyKernel copies, DnnlMatmul dnnl, DnnlGemm gemm) {
    this.gemm = gemm;
    this.copies = copies;
    this.doubles = new DoubleMatmul(team);
    this.vectors = new VectorProduct(team, kernels);
    this.integers = new IntegerMatmul(team);
    this.dnnl = dnnl;
  }

  void multiply(View left, View right, View output, boolean accumulate) {
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
    if (TinyProduct.takes(left, output)) {
      TinyProduct.multiply(left, right, output, accumulate);
      return;
    }
    if (dtype.isIntegral()) {
      integers.multiply(left, right, output, accumulate);
      return;
    }
    if (dtype == DType.FLOAT64) {
      doubles.multiply(left, right, output, accumulate);
      return;
    }
    boolean direct = dtype == DType.FLOAT32 || (dtype == DType.BFLOAT16 && dnnl.supportsBFloat16());
    try (Temporaries temporaries = new Temporaries(copies)) {
      if (direct) {
        multiplyDirect(left, right, output, accumulate, temporaries);
      } else {
        View wide = temporaries.like(output, DType.FLOAT32);
        if (accumulate) {
          copies.copy(output, wide);
        }
        View wideLeft = temporaries.copyOf(left, DType.FLOAT32);
        View wideRight = temporaries.copyOf(right, DType.FLOAT32);
        multiplyDirect(wideLeft, wideRight, wide, accumulate, temporaries);
        copies.copy(wide, output);
      }
    }
  }

  private void multiplyDirect(
      View left, View right, View output, boolean accumulate, Temporaries temporaries) {
    if (left.shape().size(2) == 0) {
      clearUnless(accumulate, output, temporaries);
      return;
    }
    View a = plain(normal(left), temporaries);
    View b = plain(normal(right), temporaries);
    View c = normal(output);
    if (isPlain(c) && c.strides().stride(2) == 1) {
      run(a, b, c, accumulate, temporaries);
    } else if (isPlain(c)) {
      // A column-major result is the row-major result of the transposed product.
      run(
          Product.transposed(b),
          Product.transposed(a),
          Product.transposed(c),
          accumulate,
          temporaries);
    } else {
      View dense = temporaries.like(output, output.dtype());
      if (accumulate) {
        copies.copy(output, dense);
      }
      run(a, b, normal(dense), accumulate, temporaries);
      copies.copy(dense, output);
    }
  }

  private void clearUnless(boolean accumulate, View output, Temporaries temporaries) {
    if (!accumulate) {
      View zeros = temporaries.like(output, output.dtype());
      NativeMemory.fill(zeros.address(), zeros.bytes(), (byte) 0);
      copies.copy(zeros, output);
    }
  }

  private void run(View a, View b, View c, boolean accumulate, Temporaries temporaries) {
    long batches = c.shape().size(0);
    if (batches > 1 && batchStride(a) == 0 && batchStride(b) == 0) {
      a = temporaries.copyOf(a, a.dtype());
    }
    if (batches > 1 && batchStride(b) == 0 && foldsIntoRows(a) && foldsIntoRows(c)) {
      a = rows(a);
      c = rows(c);
    }
    if (c.shape().size(2) == 1) {
      vectors.multiply(a, b, c, accumulate);
    } else if (c.shape().size(1) == 1) {
      vectors.multiply(
          Product.transposed(b), Product.transposed(a), Product.transposed(c), accumulate);
    } else if (gemm.takes(a, b, c)) {
      gemm.multiply(a, b, c, accumulate, temporaries);
    } else {
      dnnl.multiply(a, b, c, accumulate);
    }
  }

  private static long batchStride(View view) {
    return view.shape().size(0) == 1 ? 0 : view.strides().stride(0);
  }

  private static boolean foldsIntoRows(View view) {
    return view.strides().stride(2) == 1
        && view.strides().stride(0) == view.shape().size(1) * view.strides().stride(1);
  }

  /** {@code [batch, rows, columns]} as one matrix of all rows. */
  private static View rows(View view) {
    Shape shape = view.shape();
    return new View(
        view.storage(),
        view.offset(),
        Shape.of(1, shape.size(0) * shape.size(1), shape.size(2)),
        Strides.of(0, view.strides().stride(1), 1),
        view.dtype());
  }

  /** The same view with the strides of dimensions of size 1 as in a row-major matrix. */
  private static View normal(View view) {
    Shape shape = view.shape();
    long rows = shape.size(1);
    long columns = shape.size(2);
    long rowStride = view.strides().stride(1);
    long columnStride = view.strides().stride(2);
    if (columns == 1 && rows == 1) {
      rowStride = 1;
      columnStride = 1;
    } else if (columns == 1) {
      columnStride = 1;
    } else if (rows == 1) {
      rowStride = columnStride == 1 ? columns : 1;
    }
    long batchStride = shape.size(0) == 1 ? 0 : view.strides().stride(0);
    return new View(
        view.storage(),
        view.offset(),
        shape,
        Strides.of(batchStride, rowStride, columnStride),
        view.dtype());
  }

  /** Whether one dimension is dense and the other steps over it. */
  private static boolean isPlain(View view) {
    long rowStride = view.strides().stride(1);
    long columnStride = view.strides().stride(2);
    return (columnStride == 1 && rowStride >= view.shape().size(2))
        || (rowStride == 1 && columnStride >= view.shape().size(1));
  }

  private View plain(View view, Temporaries temporaries) {
    return isPlain(view) ? view : normal(temporaries.copyOf(view, view.dtype()));
  }
}
