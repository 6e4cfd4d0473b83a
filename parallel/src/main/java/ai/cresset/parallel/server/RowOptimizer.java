package ai.cresset.parallel.server;

import ai.cresset.error.ConfigException;
import java.io.Serializable;
import java.util.Arrays;

/**
 * What a server does with the gradient of a row. A row's state lies behind its values: it is made,
 * moved, stored and evicted with them. Rows without a gradient stay as they are (lazy updates).
 *
 * <p>The arithmetic is that of {@code ai.cresset.optim}, in the same order: a step of {@link Sgd}
 * or {@link Adagrad} has the bits of one there.
 */
public sealed interface RowOptimizer extends Serializable {
  /** Floats of state of a row. */
  int stateFloats(int width);

  /** The first state of a row, at {@code rows[at]} and after. */
  default void begin(float[] rows, int at, int width) {
    Arrays.fill(rows, at, at + stateFloats(width), 0f);
  }

  /**
   * Changes a row.
   *
   * @param rows holds the values from {@code at} on, then the state
   * @param gradients holds the gradient from {@code from} on
   * @param scale what the gradient is multiplied with
   */
  void update(float[] rows, int at, int width, float[] gradients, int from, float scale);

  private static void positive(String key, double value) {
    if (!(value > 0)) {
      throw ConfigException.value("RowOptimizer." + key, value, "a number above 0");
    }
  }

  private static void notNegative(String key, double value) {
    if (!(value >= 0)) {
      throw ConfigException.value("RowOptimizer." + key, value, "0 or a number above");
    }
  }

  /** Gradient descent. */
  record Sgd(double learningRate) implements RowOptimizer {
    public Sgd {
      notNegative("learningRate", learningRate);
    }

    @Override
    public int stateFloats(int width) {
      return 0;
    }

    @Override
    public void update(
        float[] rows, int at, int width, float[] gradients, int from, float scale) {
      float rate = (float) learningRate;
      for (int i = 0; i < width; i++) {
        rows[at + i] -= rate * (gradients[from + i] * scale);
      }
    }
  }

  /** The gradient over the root of the sum of all its squares, for each number of its own. */
  record Adagrad(double learningRate, double initialAccumulator, double epsilon)
      implements RowOptimizer {
    public Adagrad {
      notNegative("learningRate", learningRate);
      notNegative("initialAccumulator", initialAccumulator);
      notNegative("epsilon", epsilon);
    }

    /** PyTorch's defaults. */
    public static Adagrad of(double learningRate) {
      return new Adagrad(learningRate, 0, 1e-10);
    }

    @Override
    public int stateFloats(int width) {
      return width;
    }

    @Override
    public void begin(float[] rows, int at, int width) {
      Arrays.fill(rows, at, at + width, (float) initialAccumulator);
    }

    @Override
    public void update(
        float[] rows, int at, int width, float[] gradients, int from, float scale) {
      float rate = (float) learningRate;
      float small = (float) epsilon;
      int state = at + width;
      for (int i = 0; i < width; i++) {
        float gradient = gradients[from + i] * scale;
        float sum = Math.fma(gradient, gradient, rows[state + i]);
        rows[state + i] = sum;
        rows[at + i] -= rate * (gradient / ((float) Math.sqrt(sum) + small));
      }
    }
  }

  /**
   * Adagrad with one sum for a row, of the means of its squares: an eighth of the memory at width
   * 8. Source: FBGEMM's {@code EXACT_ROWWISE_ADAGRAD}.
   */
  record RowWiseAdagrad(double learningRate, double epsilon) implements RowOptimizer {
    public RowWiseAdagrad {
      notNegative("learningRate", learningRate);
      notNegative("epsilon", epsilon);
    }

    /** With a denominator of at least 1e-10. */
    public static RowWiseAdagrad of(double learningRate) {
      return new RowWiseAdagrad(learningRate, 1e-10);
    }

    @Override
    public int stateFloats(int width) {
      return 1;
    }

    @Override
    public void update(
        float[] rows, int at, int width, float[] gradients, int from, float scale) {
      float squares = 0;
      for (int i = 0; i < width; i++) {
        float gradient = gradients[from + i] * scale;
        squares = Math.fma(gradient, gradient, squares);
      }
      float sum = rows[at + width] + squares / width;
      rows[at + width] = sum;
      float rate = (float) learningRate / ((float) Math.sqrt(sum) + (float) epsilon);
      for (int i = 0; i < width; i++) {
        rows[at + i] -= rate * (gradients[from + i] * scale);
      }
    }
  }

  /**
   * Adam. Each row counts its own steps, so the correction of the averages fits a row that is
   * rarely seen.
   */
  record Adam(double learningRate, double beta1, double beta2, double epsilon)
      implements RowOptimizer {
    public Adam {
      notNegative("learningRate", learningRate);
      fraction("beta1", beta1);
      fraction("beta2", beta2);
      notNegative("epsilon", epsilon);
    }

    /** PyTorch's defaults. */
    public static Adam of(double learningRate) {
      return new Adam(learningRate, 0.9, 0.999, 1e-8);
    }

    private static void fraction(String key, double value) {
      if (!(value >= 0 && value < 1)) {
        throw ConfigException.value("RowOptimizer." + key, value, "a number from 0 to below 1");
      }
    }

    @Override
    public int stateFloats(int width) {
      return 2 * width + 1;
    }

    @Override
    public void update(
        float[] rows, int at, int width, float[] gradients, int from, float scale) {
      int mean = at + width;
      int square = mean + width;
      int count = square + width;
      float step = rows[count] + 1;
      rows[count] = step;
      double root = Math.sqrt(1 - StrictMath.pow(beta2, step));
      float rate = (float) (learningRate / (1 - StrictMath.pow(beta1, step)));
      float first = (float) (1 - beta1);
      float second = (float) (1 - beta2);
      float kept = (float) beta2;
      float unbiased = (float) (1 / root);
      for (int i = 0; i < width; i++) {
        float gradient = gradients[from + i] * scale;
        float average = Math.fma(gradient - rows[mean + i], first, rows[mean + i]);
        float spread = Math.fma(gradient * gradient, second, rows[square + i] * kept);
        rows[mean + i] = average;
        rows[square + i] = spread;
        float denominator = Math.fma((float) Math.sqrt(spread), unbiased, (float) epsilon);
        rows[at + i] -= rate * (average / denominator);
      }
    }
  }

  /**
   * Follow the regularised leader, proximal: many weights stay exactly 0. Source: McMahan et al.,
   * "Ad Click Prediction: a View from the Trenches", KDD 2013.
   *
   * @param alpha the learning rate
   * @param beta smooths the first steps
   * @param l1 how much evidence a weight needs to leave 0
   * @param l2 pulls weights to 0
   */
  record Ftrl(double alpha, double beta, double l1, double l2) implements RowOptimizer {
    public Ftrl {
      positive("alpha", alpha);
      notNegative("beta", beta);
      notNegative("l1", l1);
      notNegative("l2", l2);
    }

    @Override
    public int stateFloats(int width) {
      return 2 * width;
    }

    @Override
    public void update(
        float[] rows, int at, int width, float[] gradients, int from, float scale) {
      int linear = at + width;
      int squares = linear + width;
      for (int i = 0; i < width; i++) {
        float gradient = gradients[from + i] * scale;
        float before = rows[squares + i];
        float sum = Math.fma(gradient, gradient, before);
        float sigma = (float) ((Math.sqrt(sum) - Math.sqrt(before)) / alpha);
        float z = rows[linear + i] + gradient - sigma * rows[at + i];
        rows[squares + i] = sum;
        rows[linear + i] = z;
        double excess = Math.abs(z) - l1;
        rows[at + i] =
            excess <= 0
                ? 0
                : (float) (-Math.signum(z) * excess / ((beta + Math.sqrt(sum)) / alpha + l2));
      }
    }
  }
}
