package ai.cresset.backend;

import ai.cresset.error.ConfigException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Which elements of one spatial dimension a pooled element is made of. */
public sealed interface Window {
  /** The first element of window number {@code out}; may lie before the input. */
  long begin(long out, long inputSize, long outputSize);

  /** The end of that window, excluded; may lie behind the input. */
  long end(long out, long inputSize, long outputSize);

  /** Steps between its elements. */
  int dilation();

  /** Zeros on both sides of the input that an average may count. */
  int padding();

  /**
   * A window that moves in equal steps.
   *
   * @param kernel elements
   * @param stride steps between windows
   * @param padding elements on both sides, at most half of the kernel
   * @param dilation steps between elements
   */
  record Sliding(int kernel, int stride, int padding, int dilation) implements Window {
    public Sliding {
      if (kernel < 1 || stride < 1 || dilation < 1) {
        throw ConfigException.value(
            "pooling",
            "kernel " + kernel + ", stride " + stride + ", dilation " + dilation,
            "numbers of at least 1");
      }
      if (padding < 0 || padding > ((kernel - 1) * dilation + 1) / 2) {
        throw ConfigException.value(
            "pooling.padding", padding, "at most half of what the kernel reaches over");
      }
    }

    /**
     * The number of windows.
     *
     * @param ceiling whether a last window may reach over the end; it must begin in the input or
     *     the padding before it
     */
    public long outputSize(long inputSize, boolean ceiling) {
      long room = inputSize + 2L * padding - ((kernel - 1L) * dilation + 1);
      long size = Math.floorDiv(room + (ceiling ? stride - 1 : 0), stride) + 1;
      return ceiling && (size - 1) * stride >= inputSize + padding ? size - 1 : size;
    }

    @Override
    public long begin(long out, long inputSize, long outputSize) {
      return out * stride - padding;
    }

    @Override
    public long end(long out, long inputSize, long outputSize) {
      return out * stride - padding + (kernel - 1L) * dilation + 1;
    }
  }

  /** Windows that cut the input into nearly equal parts, one for each output. */
  record Adaptive() implements Window {
    @Override
    public long begin(long out, long inputSize, long outputSize) {
      return out * inputSize / outputSize;
    }

    @Override
    public long end(long out, long inputSize, long outputSize) {
      return ((out + 1) * inputSize + outputSize - 1) / outputSize;
    }

    @Override
    public int dilation() {
      return 1;
    }

    @Override
    public int padding() {
      return 0;
    }
  }

  /** Windows for three dimensions: missing ones come first and hold one element. */
  static List<Window> volume(List<Window> windows) {
    List<Window> three =
        new ArrayList<>(Collections.nCopies(3 - windows.size(), new Sliding(1, 1, 0, 1)));
    three.addAll(windows);
    return three;
  }
}
