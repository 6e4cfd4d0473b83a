package ai.cresset.backend;

import ai.cresset.error.ConfigException;
import java.util.List;

/**
 * Average pooling.
 *
 * @param windows one for each spatial dimension
 * @param countPadding whether padding counts as elements of a window
 * @param divisor what sums are divided by; 0 for the number of elements
 */
public record Averaging(List<Window> windows, boolean countPadding, long divisor) {
  public Averaging {
    windows = List.copyOf(windows);
    for (Window window : windows) {
      if (window.dilation() != 1) {
        throw ConfigException.value("averaging.dilation", window.dilation(), "1");
      }
    }
  }

  /** The same over three dimensions: missing ones come first and hold one element. */
  public Averaging volume() {
    return new Averaging(Window.volume(windows), countPadding, divisor);
  }

  /**
   * What the sum of one window is divided by.
   *
   * @param volume of rank 3, as {@link #volume} makes it
   * @param input sizes of the spatial dimensions
   * @param output sizes of the spatial dimensions
   * @param at the window's place
   */
  public static double divisor(Averaging volume, long[] input, long[] output, long... at) {
    if (volume.divisor != 0) {
      return volume.divisor;
    }
    double count = 1;
    for (int dim = 0; dim < 3; dim++) {
      Window window = volume.windows.get(dim);
      long begin = window.begin(at[dim], input[dim], output[dim]);
      long end = window.end(at[dim], input[dim], output[dim]);
      count *=
          volume.countPadding
              ? Math.min(end, input[dim] + window.padding()) - begin
              : Math.min(end, input[dim]) - Math.max(begin, 0);
    }
    return count;
  }
}
