package ai.cresset.nn.functional;

import java.util.List;

/**
 * The window of {@link Vision#unfold} and {@link Vision#fold}. Every list has one number for height
 * and width, or one for both.
 *
 * @param kernel elements
 * @param stride steps between places
 * @param padding zeros on both sides of the image
 * @param dilation steps between elements
 */
public record PatchOptions(
    List<Integer> kernel, List<Integer> stride, List<Integer> padding, List<Integer> dilation) {
  public PatchOptions {
    kernel = Spatial.given("kernel", kernel.toArray(Integer[]::new));
    stride = List.copyOf(stride);
    padding = List.copyOf(padding);
    dilation = List.copyOf(dilation);
  }

  /** Stride 1, no padding, dilation 1. */
  public static PatchOptions of(Integer... kernel) {
    return new PatchOptions(List.of(kernel), List.of(1), List.of(0), List.of(1));
  }

  /** One number for both, or one for each. */
  public PatchOptions stride(Integer... numbers) {
    return new PatchOptions(kernel, List.of(numbers), padding, dilation);
  }

  /** One number for both, or one for each. */
  public PatchOptions padding(Integer... numbers) {
    return new PatchOptions(kernel, stride, List.of(numbers), dilation);
  }

  /** One number for both, or one for each. */
  public PatchOptions dilation(Integer... numbers) {
    return new PatchOptions(kernel, stride, padding, List.of(numbers));
  }
}
