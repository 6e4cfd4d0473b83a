package ai.cresset.parallel.comm;

import java.util.Locale;

/**
 * How values of several ranks become one. There is no average: a loss is a pair of sum and weight,
 * both are summed, and the division happens once, before the optimizer.
 *
 * <p>The methods combine blocks in place: {@code left[i] = left[i] op right[i]}. NaN wins in {@link
 * #MIN} and {@link #MAX}.
 */
public enum ReduceOp {
  SUM {
    @Override
    public void apply(float[] left, float[] right, int count) {
      for (int i = 0; i < count; i++) {
        left[i] += right[i];
      }
    }

    @Override
    public void apply(double[] left, double[] right, int count) {
      for (int i = 0; i < count; i++) {
        left[i] += right[i];
      }
    }

    @Override
    public void apply(int[] left, int[] right, int count) {
      for (int i = 0; i < count; i++) {
        left[i] += right[i];
      }
    }

    @Override
    public void apply(long[] left, long[] right, int count) {
      for (int i = 0; i < count; i++) {
        left[i] += right[i];
      }
    }
  },
  PRODUCT {
    @Override
    public void apply(float[] left, float[] right, int count) {
      for (int i = 0; i < count; i++) {
        left[i] *= right[i];
      }
    }

    @Override
    public void apply(double[] left, double[] right, int count) {
      for (int i = 0; i < count; i++) {
        left[i] *= right[i];
      }
    }

    @Override
    public void apply(int[] left, int[] right, int count) {
      for (int i = 0; i < count; i++) {
        left[i] *= right[i];
      }
    }

    @Override
    public void apply(long[] left, long[] right, int count) {
      for (int i = 0; i < count; i++) {
        left[i] *= right[i];
      }
    }
  },
  MIN {
    @Override
    public void apply(float[] left, float[] right, int count) {
      for (int i = 0; i < count; i++) {
        left[i] = Math.min(left[i], right[i]);
      }
    }

    @Override
    public void apply(double[] left, double[] right, int count) {
      for (int i = 0; i < count; i++) {
        left[i] = Math.min(left[i], right[i]);
      }
    }

    @Override
    public void apply(int[] left, int[] right, int count) {
      for (int i = 0; i < count; i++) {
        left[i] = Math.min(left[i], right[i]);
      }
    }

    @Override
    public void apply(long[] left, long[] right, int count) {
      for (int i = 0; i < count; i++) {
        left[i] = Math.min(left[i], right[i]);
      }
    }
  },
  MAX {
    @Override
    public void apply(float[] left, float[] right, int count) {
      for (int i = 0; i < count; i++) {
        left[i] = Math.max(left[i], right[i]);
      }
    }

    @Override
    public void apply(double[] left, double[] right, int count) {
      for (int i = 0; i < count; i++) {
        left[i] = Math.max(left[i], right[i]);
      }
    }

    @Override
    public void apply(int[] left, int[] right, int count) {
      for (int i = 0; i < count; i++) {
        left[i] = Math.max(left[i], right[i]);
      }
    }

    @Override
    public void apply(long[] left, long[] right, int count) {
      for (int i = 0; i < count; i++) {
        left[i] = Math.max(left[i], right[i]);
      }
    }
  };

  public abstract void apply(float[] left, float[] right, int count);

  public abstract void apply(double[] left, double[] right, int count);

  public abstract void apply(int[] left, int[] right, int count);

  public abstract void apply(long[] left, long[] right, int count);

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
