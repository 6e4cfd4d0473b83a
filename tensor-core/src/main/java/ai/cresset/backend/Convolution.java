package ai.cresset.backend;

import ai.cresset.error.ConfigException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How a window of weights moves over the spatial dimensions of an input: one number for each of
 * them, 1 to 3.
 *
 * @param stride steps between outputs, at least 1
 * @param padding zeros before the first element of each dimension
 * @param paddingAfter zeros behind the last one
 * @param dilation steps between weights, at least 1
 * @param groups parts of the channels that do not see each other
 */
public record Convolution(
    List<Integer> stride,
    List<Integer> padding,
    List<Integer> paddingAfter,
    List<Integer> dilation,
    int groups) {
  public Convolution {
    stride = List.copyOf(stride);
    padding = List.copyOf(padding);
    paddingAfter = List.copyOf(paddingAfter);
    dilation = List.copyOf(dilation);
    int rank = stride.size();
    if (padding.size() != rank || paddingAfter.size() != rank || dilation.size() != rank) {
      throw ConfigException.value(
          "convolution",
          "stride " + stride + ", padding " + padding + ", dilation " + dilation,
          "one number for each spatial dimension");
    }
    if (groups < 1) {
      throw ConfigException.value("convolution.groups", groups, "at least 1");
    }
    for (int dim = 0; dim < rank; dim++) {
      if (stride.get(dim) < 1) {
        throw ConfigException.value("convolution.stride", stride, "numbers of at least 1");
      }
      if (dilation.get(dim) < 1) {
        throw ConfigException.value("convolution.dilation", dilation, "numbers of at least 1");
      }
      if (padding.get(dim) < 0 || paddingAfter.get(dim) < 0) {
        throw ConfigException.value("convolution.padding", padding, "numbers of at least 0");
      }
    }
  }

  /** The number of spatial dimensions. */
  public int rank() {
    return stride.size();
  }

  /** The elements that a kernel of this size reaches over in a dimension. */
  public long reach(int dim, long kernel) {
    return (kernel - 1) * dilation.get(dim) + 1;
  }

  /** How often a kernel of this size fits into an input of this size; not positive if never. */
  public long outputSize(int dim, long input, long kernel) {
    long room = input + padding.get(dim) + paddingAfter.get(dim) - reach(dim, kernel);
    return room < 0 ? 0 : room / stride.get(dim) + 1;
  }

  /** The same over three dimensions: missing ones come first and change nothing. */
  public Convolution volume() {
    return new Convolution(
        filled(stride, 1),
        filled(padding, 0),
        filled(paddingAfter, 0),
        filled(dilation, 1),
        groups);
  }

  private static List<Integer> filled(List<Integer> numbers, int filler) {
    List<Integer> three = new ArrayList<>(Collections.nCopies(3 - numbers.size(), filler));
    three.addAll(numbers);
    return three;
  }
}
