package ai.cresset.backend.cpu;

import ai.cresset.backend.View;
import ai.cresset.type.Shape;
import ai.cresset.type.Strides;

/**
 * A product {@code [batch, rows, inner] x [batch, inner, columns]} of plain layouts, where a batch
 * stride of 0 repeats an operand; and the products that it can be cut into. How many these are
 * depends on sizes only, so that the bits do not depend on how many threads there are.
 */
record Product(View left, View right, View output) {
  /** Terms of a piece of a sum are a multiple of it. */
  private static final long TERMS = 64;

  private static final long ROWS = 16;

  /** Multiplications of a piece where there are more than a few. */
  private static final long LARGE_PIECE = 1L << 28;

  /** Multiplications from which there are two pieces; four times as many make a few. */
  private static final long TWO_PIECES = 1L << 23;

  private static final int FEW = 4;

  private static final int MOST = 8;

  long batches() {
    return output.shape().size(0);
  }

  long rows() {
    return output.shape().size(1);
  }

  long columns() {
    return output.shape().size(2);
  }

  long inner() {
    return left.shape().size(2);
  }

  long multiplications() {
    return batches() * rows() * columns() * inner();
  }

  boolean transposesLeft() {
    return left.strides().stride(2) != 1;
  }

  /** Some products of the batch. */
  Product batches(long from, long count) {
    return new Product(
        part(left, 0, from, count), part(right, 0, from, count), part(output, 0, from, count));
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

  /** Some places of a dimension. */
  static View part(View view, int dim, long from, long count) {
    Shape shape = view.shape().with(dim, count);
    long offset = view.offset() + from * view.strides().stride(dim);
    return new View(view.storage(), offset, shape, view.strides(), view.dtype());
  }

  /** The other two dimensions of {@code [batch, rows, columns]} exchanged. */
  static View transposed(View matrix) {
    Shape shape = matrix.shape();
    Strides strides = matrix.strides();
    return new View(
        matrix.storage(),
        matrix.offset(),
        Shape.of(shape.size(0), shape.size(2), shape.size(1)),
        Strides.of(strides.stride(0), strides.stride(2), strides.stride(1)),
        matrix.dtype());
  }

  /** What one thread does for a piece. */
  interface Body {
    void run(Product piece);
  }

  /**
   * Has a team multiply the batch in pieces, or the rows or columns of a single product.
   *
   * @param unit columns that inner loops take at once: pieces of columns begin at multiples of it
   */
  void inPieces(ThreadTeam team, long unit, Body body) {
    long wanted = pieces();
    if (wanted == 1) {
      body.run(this);
      return;
    }
    boolean byBatches = batches() > 1;
    boolean byRows = rows() >= columns();
    long total = byBatches ? batches() : byRows ? rows() : columns();
    long step = byBatches ? 1 : byRows ? ROWS : unit;
    team.run(
        Math.toIntExact(wanted),
        piece -> {
          long from = start(piece, wanted, total, step);
          long size = start(piece + 1, wanted, total, step) - from;
          if (size > 0) {
            body.run(
                byBatches ? batches(from, size) : byRows ? rows(from, size) : columns(from, size));
          }
        });
  }

  private static long start(long piece, long pieces, long total, long step) {
    return piece == pieces ? total : (2 * piece * total / pieces + step) / (2 * step) * step;
  }

  private long pieces() {
    long products = multiplications();
    long few = products < TWO_PIECES ? 1 : products < 4 * TWO_PIECES ? 2 : FEW;
    return Math.min(MOST, Math.max(few, products / LARGE_PIECE));
  }

  /** Terms of each piece of a sum that is cut into so many or fewer. */
  long eachTerms(long pieces) {
    long each = (inner() + pieces - 1) / pieces;
    return (each + TERMS - 1) / TERMS * TERMS;
  }
}
