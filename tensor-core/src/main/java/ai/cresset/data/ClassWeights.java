package ai.cresset.data;

import ai.cresset.error.DataException;
import java.util.Arrays;

/** How much classes count, so that rare ones are not forgotten. */
public final class ClassWeights {
  private ClassWeights() {}

  /**
   * Weights under which all classes count alike: {@code samples / (classes * samples of the
   * class)}, 0 for a class without samples.
   *
   * @param classes the class of each sample, from 0
   */
  public static double[] balanced(int[] classes) {
    int most = Arrays.stream(classes).max().orElse(-1);
    long[] counts = new long[most + 1];
    for (int i = 0; i < classes.length; i++) {
      if (classes[i] < 0) {
        throw DataException.because(
            "sample " + i + " has class " + classes[i] + ", expected classes from 0 on");
      }
      counts[classes[i]]++;
    }
    return balanced(counts);
  }

  /** The same of the number of samples that each class has. */
  public static double[] balanced(long[] counts) {
    long samples = Arrays.stream(counts).sum();
    long present = Arrays.stream(counts).filter(count -> count > 0).count();
    double[] weights = new double[counts.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = counts[i] == 0 ? 0 : (double) samples / ((double) present * counts[i]);
    }
    return weights;
  }
}
