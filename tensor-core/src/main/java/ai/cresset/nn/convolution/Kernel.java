package ai.cresset.nn.convolution;

import ai.cresset.error.ConfigException;
import ai.cresset.type.Shape;
import java.util.Arrays;
import java.util.List;

/** Sizes of kernels and of the weights that hold them. */
final class Kernel {
  private Kernel() {}

  /** One number for each of {@code spatial} dimensions. */
  static long[] each(String layer, long[] kernel, int spatial) {
    long[] all = kernel.clone();
    if (kernel.length == 1) {
      all = new long[spatial];
      Arrays.fill(all, kernel[0]);
    }
    if (all.length != spatial || Arrays.stream(all).anyMatch(size -> size < 1)) {
      throw ConfigException.value(
          layer + ".kernel",
          Arrays.toString(kernel),
          "one size of at least 1, or one for each of " + spatial + " dimensions");
    }
    return all;
  }

  static void checkGroups(String layer, long inChannels, long outChannels, int groups) {
    if (groups < 1 || inChannels % groups != 0 || outChannels % groups != 0) {
      throw ConfigException.value(
          layer + ".groups",
          groups,
          "a divisor of both " + inChannels + " input and " + outChannels + " output channels");
    }
  }

  static long[] weight(long first, long second, long[] kernel) {
    long[] sizes = new long[kernel.length + 2];
    sizes[0] = first;
    sizes[1] = second;
    System.arraycopy(kernel, 0, sizes, 2, kernel.length);
    return sizes;
  }

  /** The number of a dimension, where one number stands for all. */
  static int at(List<Integer> numbers, int dim) {
    return numbers.get(numbers.size() == 1 ? 0 : dim);
  }

  /** The sizes behind the channels of a weight. */
  static long[] sizes(Shape weight) {
    return Arrays.copyOfRange(weight.toArray(), 2, weight.rank());
  }

  static String settings(long in, long out, Shape weight, boolean bias) {
    StringBuilder kernel = new StringBuilder();
    for (int dim = 2; dim < weight.rank(); dim++) {
      kernel.append(dim > 2 ? "x" : "").append(weight.size(dim));
    }
    return in + " -> " + out + ", kernel " + kernel + (bias ? "" : ", no bias");
  }
}
