package ai.cresset.nn.functional;

import ai.cresset.error.ConfigException;
import java.util.List;

/**
 * The windows of average pooling. Every list has one number for each spatial dimension, or one for
 * all.
 *
 * @param kernel elements of a window
 * @param stride steps between windows; empty for the kernel's size
 * @param padding zeros on both sides, at most half of the kernel
 * @param ceilMode whether a last window may reach over the end
 * @param countIncludePad whether padding counts as elements
 * @param divisorOverride what sums are divided by instead of the number of elements; 0 for none
 */
public record AveragePoolOptions(
    List<Integer> kernel,
    List<Integer> stride,
    List<Integer> padding,
    boolean ceilMode,
    boolean countIncludePad,
    long divisorOverride) {
  public AveragePoolOptions {
    kernel = Spatial.given("kernel", kernel.toArray(Integer[]::new));
    stride = List.copyOf(stride);
    padding = List.copyOf(padding);
  }

  /** Windows of this size side by side. */
  public static AveragePoolOptions of(Integer... kernel) {
    return new AveragePoolOptions(List.of(kernel), List.of(), List.of(0), false, true, 0);
  }

  /** One number for all dimensions, or one for each. */
  public AveragePoolOptions stride(Integer... numbers) {
    return new AveragePoolOptions(
        kernel, List.of(numbers), padding, ceilMode, countIncludePad, divisorOverride);
  }

  /** One number for all dimensions, or one for each. */
  public AveragePoolOptions padding(Integer... numbers) {
    return new AveragePoolOptions(
        kernel, stride, List.of(numbers), ceilMode, countIncludePad, divisorOverride);
  }

  public AveragePoolOptions ceilMode(boolean wanted) {
    return new AveragePoolOptions(
        kernel, stride, padding, wanted, countIncludePad, divisorOverride);
  }

  public AveragePoolOptions countIncludePad(boolean wanted) {
    return new AveragePoolOptions(kernel, stride, padding, ceilMode, wanted, divisorOverride);
  }

  /** Sums are divided by this number, which is not 0. */
  public AveragePoolOptions divisorOverride(long divisor) {
    if (divisor == 0) {
      throw ConfigException.value("averagePool.divisorOverride", divisor, "another number than 0");
    }
    return new AveragePoolOptions(kernel, stride, padding, ceilMode, countIncludePad, divisor);
  }
}
