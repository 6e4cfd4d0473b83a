package ai.cresset.backend.cpu.vector;

import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.Expr.UnaryFunction;
import ai.cresset.backend.cpu.PlainKernels;

/**
 * Float32 kernels in the Vector API where the compiler does not find vectors by itself: elementary
 * functions, comparisons and reductions. The rest of a block, and small ones, run in plain loops,
 * which give the same bits.
 */
public final class VectorKernels extends PlainKernels {
  /** Below, a vector loop is not worth its start. */
  private static final int SMALLEST = 32;

  @Override
  public String description() {
    return "Vector API with " + VectorMath.SPECIES.length() + " lanes of float32";
  }

  @Override
  public void unary(UnaryFunction function, float[] x, float[] out, int count) {
    int done = count < SMALLEST ? 0 : UnaryVectors.run(function, x, out, count);
    if (done < count) {
      unaryFrom(function, x, out, done, count);
    }
  }

  @Override
  public void binary(BinaryFunction function, float[] a, float[] b, float[] out, int count) {
    int done = count < SMALLEST ? 0 : BinaryVectors.run(function, a, b, out, count);
    if (done < count) {
      binaryFrom(function, a, b, out, done, count);
    }
  }

  @Override
  public void select(float[] condition, float[] a, float[] b, float[] out, int count) {
    int done = count < SMALLEST ? 0 : BinaryVectors.select(condition, a, b, out, count);
    if (done < count) {
      selectFrom(condition, a, b, out, done, count);
    }
  }

  @Override
  public float sum(float[] x, int at, int count) {
    return count < SMALLEST ? super.sum(x, at, count) : ReductionVectors.sum(x, at, count);
  }

  @Override
  public float sumSquares(float[] x, int at, int count, float shift) {
    return count < SMALLEST
        ? super.sumSquares(x, at, count, shift)
        : ReductionVectors.sumSquares(x, at, count, shift);
  }

  @Override
  public float dot(float[] a, int aAt, float[] b, int bAt, int count) {
    return count < SMALLEST
        ? super.dot(a, aAt, b, bAt, count)
        : ReductionVectors.dot(a, aAt, b, bAt, count);
  }

  @Override
  public float max(float[] x, int at, int count) {
    return count < SMALLEST ? super.max(x, at, count) : ReductionVectors.max(x, at, count);
  }

  @Override
  public float exponentials(float[] x, int at, int count, float scale, float shift) {
    return count < SMALLEST
        ? super.exponentials(x, at, count, scale, shift)
        : ReductionVectors.exponentials(x, at, count, scale, shift);
  }
}
