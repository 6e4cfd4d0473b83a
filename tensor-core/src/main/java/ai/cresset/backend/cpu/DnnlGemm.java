package ai.cresset.backend.cpu;

import ai.cresset.backend.View;
import ai.cresset.error.DeviceException;
import ai.cresset.type.DType;
import ai.cresset.type.Strides;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.global.dnnl;

/**
 * Large float32 products by oneDNN's gemm. On processors with AVX2 and no more it reads transposed
 * operands at full speed, where the matmul primitive takes twice the time. Its sums depend on the
 * number of threads, so products are cut by their sizes into pieces of one thread each.
 */
final class DnnlGemm {
  /** Multiplications below which the primitive's smaller start counts. */
  private static final long SMALLEST = 1L << 22;

  /** Terms of the sums of one piece, where rows or columns would not make good pieces. */
  private static final long DEPTH = 1024;

  /** Rows a multiple of this apart compete for the same places of the first-level cache. */
  private static final long CONFLICT = 256;

  /** Elements between rows that would. */
  private static final long GAP = 16;

  /** Up to so many columns, gemm reads a transposed operand where it lies. */
  private static final long UNCOPIED_COLUMNS = 256;

  /** Columns that its inner loops take at once. */
  private static final long COLUMNS = 48;

  /**
   * Terms that gemm may add up at once where it reads both operands where they lie. With more, its
   * kernel points the stack pointer into the heap, and a signal to the thread, such as a profiler
   * or the end of the process sends, overwrites what is there (oneDNN's issue 4845, up to 3.11.1).
   */
  private static final long SAFE_TERMS = 248;

  /** From this sum of inverse rows and columns on, it reads them where they lie. */
  private static final double THIN = 0.0038;

  private static final long LANES = 8;

  private final ThreadTeam team;
  private final PointwiseKernel pointwise;
  private final OpenMpThreads openMp;
  private final boolean wanted;

  DnnlGemm(ThreadTeam team, OpenMpThreads openMp, PointwiseKernel pointwise) {
    this.team = team;
    this.pointwise = pointwise;
    this.openMp = openMp;
    this.wanted = dnnl.get_effective_cpu_isa().toString().startsWith("avx2");
  }

  /** Whether this is the faster way for views of plain layouts and a row-major output. */
  boolean takes(View left, View right, View output) {
    if (!wanted || output.dtype() != DType.FLOAT32 || output.shape().size(0) != 1) {
      return false;
    }
    Product product = new Product(left, right, output);
    return product.multiplications() >= SMALLEST;
  }

  void multiply(View left, View right, View output, boolean accumulate, Temporaries temporaries) {
    Product product = new Product(left, right, output);
    boolean deep = product.transposesLeft() && product.inner() >= 2 * DEPTH;
    boolean conflict = product.transposesLeft() && left.strides().stride(2) % CONFLICT == 0;
    if (conflict && (!deep || product.columns() <= UNCOPIED_COLUMNS)) {
      View apart = Product.transposed(temporaries.copyApart(Product.transposed(left), GAP));
      product = new Product(apart, right, output);
    }
    if (deep) {
      inDepth(product, accumulate, temporaries);
    } else {
      product.inPieces(team, COLUMNS, piece -> run(piece, accumulate));
    }
  }

  /** Cuts the sums: pieces of rows of a transposed operand take much more time together. */
  private void inDepth(Product product, boolean accumulate, Temporaries temporaries) {
    long inner = product.inner();
    long each = product.eachTerms(Math.min(OrderedSum.MOST, inner / DEPTH));
    int count = Math.toIntExact((inner + each - 1) / each);
    List<View> parts = new ArrayList<>(List.of(product.output()));
    for (int i = 1; i < count; i++) {
      parts.add(temporaries.like(product.output(), DType.FLOAT32));
    }
    team.run(
        count,
        piece -> {
          long from = piece * each;
          Product terms = product.terms(from, Math.min(each, inner - from), parts.get(piece));
          run(terms, accumulate && piece == 0);
        });
    OrderedSum.add(pointwise, parts, product.output());
  }

  /** Whether {@link #multiplyHere} can be used; it depends on layouts only. */
  boolean takesHere(View left, View right, View output) {
    boolean plain = isRowMajor(left) || isColumnMajor(left);
    return wanted
        && output.dtype() == DType.FLOAT32
        && plain
        && (isRowMajor(right) || isColumnMajor(right))
        && isRowMajor(output);
  }

  /** Multiplies one pair in the calling thread, however small. */
  void multiplyHere(View left, View right, View output, boolean accumulate) {
    run(new Product(left, right, output), accumulate);
  }

  private static boolean isRowMajor(View view) {
    Strides strides = view.strides();
    boolean dense = strides.stride(2) == 1 || view.shape().size(2) == 1;
    return dense && strides.stride(1) >= view.shape().size(2);
  }

  private static boolean isColumnMajor(View view) {
    Strides strides = view.strides();
    boolean dense = strides.stride(1) == 1 || view.shape().size(1) == 1;
    return dense && strides.stride(2) >= view.shape().size(1);
  }

  private void run(Product product, boolean accumulate) {
    long inner = product.inner();
    long each = termsAtOnce(product);
    if (each == inner) {
      call(product, accumulate);
      return;
    }
    for (long from = 0; from < inner; from += each) {
      Product terms = product.terms(from, Math.min(each, inner - from), product.output());
      call(terms, accumulate || from > 0);
    }
  }

  /** Terms of the sums of one call. */
  static long termsAtOnce(Product product) {
    long inner = product.inner();
    boolean thin = 1.0 / product.rows() + 1.0 / product.columns() >= THIN;
    if (inner <= SAFE_TERMS || !thin || !isRowMajor(product.left())) {
      return inner;
    }
    long calls = (inner + SAFE_TERMS - 1) / SAFE_TERMS;
    return ((inner + calls - 1) / calls + LANES - 1) / LANES * LANES;
  }

  private void call(Product product, boolean accumulate) {
    Strides left = product.left().strides();
    Strides right = product.right().strides();
    boolean leftPlain = isRowMajor(product.left());
    boolean rightPlain = isRowMajor(product.right());
    int[] status = new int[1];
    openMp.single(
        () ->
            status[0] =
                dnnl.dnnl_sgemm(
                    (byte) (leftPlain ? 'N' : 'T'),
                    (byte) (rightPlain ? 'N' : 'T'),
                    product.rows(),
                    product.columns(),
                    product.inner(),
                    1f,
                    new FloatAddress(product.left().address()),
                    leftPlain ? left.stride(1) : left.stride(2),
                    new FloatAddress(product.right().address()),
                    rightPlain ? right.stride(1) : right.stride(2),
                    accumulate ? 1f : 0f,
                    new FloatAddress(product.output().address()),
                    product.output().strides().stride(1)));
    if (status[0] != 0) {
      throw DeviceException.failed(
          "oneDNN's gemm", new IllegalStateException("status " + status[0]));
    }
  }
}
