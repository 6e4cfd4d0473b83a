package ai.cresset.nn.functional;

import java.util.List;

/**
 * The windows of max pooling. Every list has one number for each spatial dimension, or one for all.
 *
 * @param kernel elements of a window
 * @param stride steps between windows; empty for the kernel's size
 * @param padding elements on both sides that never win, at most half of the kernel
 * @param dilation steps between elements of a window
 * @param ceilMode whether a last window may reach over the end
 */
public record MaxPoolOptions(
    List<Integer> kernel,
    List<Integer> stride,
    List<Integer> padding,
    List<Integer> dilation,
    boolean ceilMode) {
  public MaxPoolOptions {
    kernel = Spatial.given("kernel", kernel.toArray(Integer[]::new));
    stride = List.copyOf(stride);
    padding = List.copyOf(padding);
    dilation = List.copyOf(dilation);
  }

  /** Windows of this size side by side. */
  public static MaxPoolOptions of(Integer... kernel) {
    return new MaxPoolOptions(List.of(kernel), List.of(), List.of(0), List.of(1), false);
  }

  /** One number for all dimensions, or one for each. */
  public MaxPoolOptions stride(Integer... numbers) {
    return new MaxPoolOptions(kernel, List.of(numbers), padding, dilation, ceilMode);
  }

  /** One number for all dimensions, or one for each. */
  public MaxPoolOptions padding(Integer... numbers) {
    return new MaxPoolOptions(kernel, stride, List.of(numbers), dilation, ceilMode);
  }

  /** One number for all dimensions, or one for each. */
  public MaxPoolOptions dilation(Integer... numbers) {
    return new MaxPoolOptions(kernel, stride, padding, List.of(numbers), ceilMode);
  }

  public MaxPoolOptions ceilMode(boolean wanted) {
    return new MaxPoolOptions(kernel, stride, padding, dilation, wanted);
  }
}
