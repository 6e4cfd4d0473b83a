package ai.cresset.metric;

import ai.cresset.error.ConfigException;
import ai.cresset.error.ShapeException;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.tensor.op.CrossEntropy;
import ai.cresset.type.DType;

/**
 * The part of the targets that are among the {@code k} classes with the highest scores. Of equal
 * scores the lower class counts as the higher one. Targets of -100 do not count.
 */
public final class TopKAccuracy extends SummedMetric {
  private static final int CORRECT = 0;
  private static final int COUNTED = 1;

  private final int k;

  /** Among so many classes. */
  public TopKAccuracy(int k) {
    super(2);
    if (k < 1) {
      throw ConfigException.value("k of top-k accuracy", k, "at least 1");
    }
    this.k = k;
  }

  /**
   * Counts a batch.
   *
   * @param scores {@code [..., classes]}
   * @param targets int64 {@code [...]}
   */
  public void update(Tensor scores, Tensor targets) {
    if (scores.rank() == 0 || !scores.shape().without(-1).equals(targets.shape())) {
      throw ShapeException.mismatch(
          name(), "targets of the shape of scores without classes", targets.shape());
    }
    try (Scope scope = Scope.open(name());
        GradMode.Restore off = GradMode.disable()) {
      double[] values = scores.to(DType.FLOAT64).toDoubleArray();
      long[] wanted = targets.toLongArray();
      int classes = (int) scores.size(-1);
      for (int i = 0; i < wanted.length; i++) {
        if (wanted[i] != CrossEntropy.IGNORE_INDEX) {
          sums[COUNTED]++;
          sums[CORRECT] += rank(values, i * classes, classes, (int) wanted[i]) < k ? 1 : 0;
        }
      }
    }
  }

  /** How many classes come before this one. */
  private static int rank(double[] scores, int from, int classes, int wanted) {
    double own = scores[from + wanted];
    int before = 0;
    for (int i = 0; i < classes; i++) {
      double other = scores[from + i];
      before += other > own || (other == own && i < wanted) ? 1 : 0;
    }
    return before;
  }

  @Override
  public String name() {
    return "top-" + k + " accuracy";
  }

  @Override
  public double value() {
    return sums[CORRECT] / sums[COUNTED];
  }
}
