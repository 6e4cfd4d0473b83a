package ai.cresset.metric;

import ai.cresset.error.ShapeException;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.tensor.op.CrossEntropy;

/** The part of the targets whose class has the highest score. */
public final class Accuracy extends SummedMetric {
  private static final int CORRECT = 0;
  private static final int COUNTED = 1;

  private final long ignoreIndex;

  /** Targets of -100 do not count. */
  public Accuracy() {
    this(CrossEntropy.IGNORE_INDEX);
  }

  public Accuracy(long ignoreIndex) {
    super(2);
    this.ignoreIndex = ignoreIndex;
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
          "accuracy", "targets of the shape of scores without classes", targets.shape());
    }
    try (Scope scope = Scope.open("accuracy");
        GradMode.Restore off = GradMode.disable()) {
      long[] predicted = scores.argmax(-1, false).toLongArray();
      long[] wanted = targets.toLongArray();
      for (int i = 0; i < wanted.length; i++) {
        if (wanted[i] != ignoreIndex) {
          sums[COUNTED]++;
          sums[CORRECT] += predicted[i] == wanted[i] ? 1 : 0;
        }
      }
    }
  }

  @Override
  public String name() {
    return "accuracy";
  }

  @Override
  public double value() {
    return sums[CORRECT] / sums[COUNTED];
  }
}
