package ai.cresset.backend.cpu;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Program;
import ai.cresset.backend.View;
import ai.cresset.random.Generator;
import ai.cresset.type.DType;
import java.util.List;
import java.util.stream.IntStream;

/** Adds up the results of pieces in their order, whichever was ready first. */
final class OrderedSum {
  /** The most views that are added at once. */
  static final int MOST = 8;

  private static final Generator.Key NO_KEY = new Generator.Key(0, 0);
  private static final double[] NO_SCALARS = new double[0];

  /** At each number, the sum of so many tensors. */
  private static final List<Program> SUMS =
      IntStream.rangeClosed(0, MOST).mapToObj(OrderedSum::sum).toList();

  private OrderedSum() {}

  /** Writes the sum of float32 views of one shape; the target may be one of them. */
  static void add(PointwiseKernel pointwise, List<View> parts, View target) {
    pointwise.run(SUMS.get(parts.size()), NO_SCALARS, NO_KEY, parts, List.of(target));
  }

  private static Program sum(int count) {
    Expr sum = Expr.input(0);
    for (int i = 1; i < count; i++) {
      sum = sum.plus(Expr.input(i));
    }
    return Program.of(sum, count, 0, DType.FLOAT32);
  }
}
