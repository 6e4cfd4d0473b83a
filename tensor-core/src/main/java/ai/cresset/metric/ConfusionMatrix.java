package ai.cresset.metric;

import ai.cresset.error.ConfigException;
import ai.cresset.error.DataException;
import ai.cresset.error.ShapeException;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.tensor.op.CrossEntropy;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * How often each class was taken for each other one, and what follows from it: accuracy, precision,
 * recall and F1, of a class, over all samples (micro) and as the mean of all classes (macro). As
 * with scikit-learn's {@code zero_division=0}, a part of nothing is 0; classes that neither occur
 * nor are predicted do not count in macro means. Targets of -100 do not count.
 */
public final class ConfusionMatrix extends SummedMetric {
  private final int classes;

  /** Of so many classes, from 0. */
  public ConfusionMatrix(int classes) {
    super(size(classes));
    this.classes = classes;
  }

  private static int size(int classes) {
    if (classes < 1) {
      throw ConfigException.value("classes of a confusion matrix", classes, "at least 1");
    }
    return Math.multiplyExact(classes, classes);
  }

  /** Precision, recall and their harmonic mean. */
  public record Scores(double precision, double recall, double f1) {
    private static Scores of(double found, double predicted, double there) {
      double precision = predicted == 0 ? 0 : found / predicted;
      double recall = there == 0 ? 0 : found / there;
      double f1 = predicted + there == 0 ? 0 : 2 * found / (predicted + there);
      return new Scores(precision, recall, f1);
    }
  }

  /**
   * Counts a batch.
   *
   * @param scores {@code [..., classes]}
   * @param targets int64 {@code [...]}
   */
  public void update(Tensor scores, Tensor targets) {
    if (scores.rank() == 0
        || scores.size(-1) != classes
        || !scores.shape().without(-1).equals(targets.shape())) {
      throw ShapeException.mismatch(
          name(),
          "scores of " + classes + " classes and targets of their shape without classes",
          scores.shape() + " and " + targets.shape());
    }
    try (Scope scope = Scope.open(name());
        GradMode.Restore off = GradMode.disable()) {
      long[] predicted = scores.argmax(-1, false).toLongArray();
      long[] wanted = targets.toLongArray();
      for (int i = 0; i < wanted.length; i++) {
        if (wanted[i] != CrossEntropy.IGNORE_INDEX) {
          add((int) wanted[i], (int) predicted[i]);
        }
      }
    }
  }

  /** Counts one sample. */
  public void add(int wanted, int predicted) {
    if (wanted < 0 || wanted >= classes || predicted < 0 || predicted >= classes) {
      throw DataException.because(
          "a confusion matrix of " + classes + " classes got " + wanted + " and " + predicted);
    }
    sums[wanted * classes + predicted]++;
  }

  /** How many classes there are. */
  public int classes() {
    return classes;
  }

  /** How many samples of the class {@code wanted} were taken for the class {@code predicted}. */
  public long count(int wanted, int predicted) {
    return (long) sums[wanted * classes + predicted];
  }

  /** Of one class. */
  public Scores of(int label) {
    return Scores.of(sums[label * classes + label], predicted(label), there(label));
  }

  /** Over all samples: each of the three is the accuracy where every sample has one class. */
  public Scores micro() {
    double found = IntStream.range(0, classes).mapToDouble(i -> sums[i * classes + i]).sum();
    double all = Arrays.stream(sums).sum();
    return Scores.of(found, all, all);
  }

  /** The mean over classes that occur or were predicted. */
  public Scores macro() {
    int[] some = IntStream.range(0, classes).filter(i -> predicted(i) + there(i) > 0).toArray();
    double precision = Arrays.stream(some).mapToDouble(i -> of(i).precision()).sum();
    double recall = Arrays.stream(some).mapToDouble(i -> of(i).recall()).sum();
    double f1 = Arrays.stream(some).mapToDouble(i -> of(i).f1()).sum();
    return new Scores(precision / some.length, recall / some.length, f1 / some.length);
  }

  private double predicted(int label) {
    return IntStream.range(0, classes).mapToDouble(i -> sums[i * classes + label]).sum();
  }

  private double there(int label) {
    return IntStream.range(0, classes).mapToDouble(i -> sums[label * classes + i]).sum();
  }

  @Override
  public String name() {
    return "confusion matrix";
  }

  /** The accuracy. */
  @Override
  public double value() {
    double all = Arrays.stream(sums).sum();
    return all == 0 ? Double.NaN : micro().recall();
  }
}
