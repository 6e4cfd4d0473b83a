package ai.cresset.metric;

import ai.cresset.error.ShapeException;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.type.DType;

/**
 * How far predicted quantities are from the true ones: mean absolute error, mean squared error, its
 * root, and R2, the part of the variance that is explained (1 - squared errors / squares around the
 * mean).
 */
public final class RegressionErrors extends SummedMetric {
  private static final int ABSOLUTE = 0;
  private static final int SQUARED = 1;
  private static final int TARGETS = 2;
  private static final int TARGET_SQUARES = 3;
  private static final int COUNT = 4;

  /** Nothing counted yet. */
  public RegressionErrors() {
    super(5);
  }

  /** Counts a batch: predictions and targets of one shape. */
  public void update(Tensor predictions, Tensor targets) {
    if (!predictions.shape().equals(targets.shape())) {
      throw ShapeException.mismatch(
          name(), "targets of shape " + predictions.shape(), targets.shape());
    }
    try (Scope scope = Scope.open(name());
        GradMode.Restore off = GradMode.disable()) {
      double[] mine = predictions.to(DType.FLOAT64).toDoubleArray();
      double[] wanted = targets.to(DType.FLOAT64).toDoubleArray();
      for (int i = 0; i < mine.length; i++) {
        double error = mine[i] - wanted[i];
        sums[ABSOLUTE] += Math.abs(error);
        sums[SQUARED] += error * error;
        sums[TARGETS] += wanted[i];
        sums[TARGET_SQUARES] += wanted[i] * wanted[i];
      }
      sums[COUNT] += mine.length;
    }
  }

  /** The mean of the absolute errors. */
  public double meanAbsoluteError() {
    return sums[ABSOLUTE] / sums[COUNT];
  }

  /** The mean of the squared errors. */
  public double meanSquaredError() {
    return sums[SQUARED] / sums[COUNT];
  }

  /** The root of {@link #meanSquaredError}. */
  public double rootMeanSquaredError() {
    return Math.sqrt(meanSquaredError());
  }

  /** 1 for no error, 0 for what the mean alone gives; NaN where all targets are equal. */
  public double r2() {
    double mean = sums[TARGETS] / sums[COUNT];
    double around = sums[TARGET_SQUARES] - sums[COUNT] * mean * mean;
    return around > 0 ? 1 - sums[SQUARED] / around : Double.NaN;
  }

  @Override
  public String name() {
    return "regression errors";
  }

  /** The root of the mean squared error. */
  @Override
  public double value() {
    return rootMeanSquaredError();
  }
}
