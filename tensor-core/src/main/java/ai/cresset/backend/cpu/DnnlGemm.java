package ai.cresset.backend.cpu;

import ai.cresset.backend.View;
import ai.cresset.error.DeviceException;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
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

  /** Multiplications of a piece where there are more than a few. */
  private static final long LARGE_PIECE = 1L << 28;

  /** Multiplications that are worth a thread. */
  private static final long SMALL_PIECE = 1L << 24;

  private static final int FEW = 4;

  /** Terms of the sums of one piece, where rows or columns would not make good pieces. */
  private static final long DEPTH = 1024;

  /** Rows and columns of a piece are multiples of it. */
  private static final long UNIT = 64;

  /** Rows this far apart compete for the same places of the first-level cache. */
  private static final long CONFLICT = 1024;

  /** Up to so many columns, gemm reads a transposed operand where it lies. */
  private static final long UNCOPIED_COLUMNS = 256;

  private final ThreadTeam team;
  private final PointwiseKernel pointwise;
  private final OpenMpThreads openMp;
  private final boolean wanted;

  DnnlGemm(ThreadTeam team, PointwiseKernel pointwise) {
    this.team = team;
    this.pointwise = pointwise;
    this.openMp = new OpenMpThreads(team.threads());
    this.wanted = dnnl.get_effective_cpu_isa().toString().startsWith("avx2");
  }

  /** A product {@code [rows, inner] x [inner, columns]} of plain layouts. */
  private record Product(View left, View right, View output) {
    long rows() {
      return output.shape().size(1);
    }

    long columns() {
      return output.shape().size(2);
    }

    long inner() {
      return left.shape().size(2);
    }

    boolean transposesLeft() {
      return left.strides().stride(2) != 1;
    }

    /** Some rows of it. */
    Product rows(long from, long count) {
      return new Product(part(left, 1, from, count), right, part(output, 1, from, count));
    }

    /** Some columns of it. */
    Product columns(long from, long count) {
      return new Product(left, part(right, 2, from, count), part(output, 2, from, count));
    }

    /** Some terms of each sum, for an output of its own. */
    Product terms(long from, long count, View target) {
      return new Product(part(left, 2, from, count), part(right, 1, from, count), target);
    }

    private static View part(View view, int dim, long from, long count) {
      Shape shape = view.shape().with(dim, count);
      long offset = view.offset() + from * view.strides().stride(dim);
      return new View(view.storage(), offset, shape, view.strides(), view.dtype());
    }
  }

  /** Whether this processor is one of those that gemm is faster on. */
  boolean isPreferred() {
    return wanted;
  }

  /** Whether this is the faster way for views of plain layouts and a row-major output. */
  boolean takes(View left, View right, View output) {
    if (!wanted || output.dtype() != DType.FLOAT32 || output.shape().size(0) != 1) {
      return false;
    }
    Product product = new Product(left, right, output);
    if (product.rows() * product.columns() * product.inner() < SMALLEST) {
      return false;
    }
    boolean conflict = product.transposesLeft() && left.strides().stride(2) % CONFLICT == 0;
    return !(conflict && product.columns() <= UNCOPIED_COLUMNS);
  }

  void multiply(View left, View right, View output, boolean accumulate, Temporaries temporaries) {
    Product product = new Product(left, right, output);
    if (product.transposesLeft() && product.inner() >= 2 * DEPTH) {
      inDepth(product, accumulate, temporaries);
      return;
    }
    boolean byRows = product.rows() >= product.columns();
    long total = byRows ? product.rows() : product.columns();
    long each = each(total, pieces(product));
    int count = Math.toIntExact((total + each - 1) / each);
    team.run(
        count,
        piece -> {
          long from = piece * each;
          long size = Math.min(each, total - from);
          run(byRows ? product.rows(from, size) : product.columns(from, size), accumulate);
        });
  }

  private static long pieces(Product product) {
    long products = product.rows() * product.columns() * product.inner();
    long few = Math.min(FEW, products / SMALL_PIECE);
    return Math.max(1, Math.min(OrderedSum.MOST, Math.max(few, products / LARGE_PIECE)));
  }

  private static long each(long total, long pieces) {
    long each = (total + pieces - 1) / pieces;
    return (each + UNIT - 1) / UNIT * UNIT;
  }

  /** Cuts the sums: pieces of rows of a transposed operand take much more time together. */
  private void inDepth(Product product, boolean accumulate, Temporaries temporaries) {
    long inner = product.inner();
    long each = each(inner, Math.min(OrderedSum.MOST, inner / DEPTH));
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

  /** Whether {@link #multiplyEach} can be used; it depends on layouts only. */
  boolean takesEach(View left, View right, View output) {
    boolean plain = isRowMajor(left) || isColumnMajor(left);
    return wanted
        && output.dtype() == DType.FLOAT32
        && plain
        && (isRowMajor(right) || isColumnMajor(right))
        && isRowMajor(output);
  }

  /** Multiplies each pair of a batch in one thread: small products, such as those of heads. */
  void multiplyEach(View left, View right, View output, boolean accumulate) {
    team.run(
        Math.toIntExact(output.shape().size(0)),
        i -> run(new Product(one(left, i), one(right, i), one(output, i)), accumulate));
  }

  private static View one(View batch, int number) {
    return Product.part(batch, 0, number, 1);
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
