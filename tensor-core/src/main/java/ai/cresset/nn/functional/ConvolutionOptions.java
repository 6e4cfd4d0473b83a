package ai.cresset.nn.functional;

import ai.cresset.error.ConfigException;
import java.util.List;

/**
 * How a convolution moves. Every list has one number for each spatial dimension, or one for all.
 *
 * @param stride steps between outputs
 * @param padding zeros on both sides; empty for as many as keep the size
 * @param dilation steps between weights
 * @param groups parts of the channels that do not see each other
 */
public record ConvolutionOptions(
    List<Integer> stride, List<Integer> padding, List<Integer> dilation, int groups) {
  /** Stride 1, no padding, dilation 1, one group. */
  public static final ConvolutionOptions DEFAULT =
      new ConvolutionOptions(List.of(1), List.of(0), List.of(1), 1);

  public ConvolutionOptions {
    stride = List.copyOf(stride);
    padding = List.copyOf(padding);
    dilation = List.copyOf(dilation);
    if (padding.isEmpty() && stride.stream().anyMatch(each -> each != 1)) {
      throw ConfigException.value(
          "convolution.stride", stride, "1 with padding \"same\", which keeps the size");
    }
  }

  /** One number for all dimensions, or one for each. */
  public ConvolutionOptions stride(Integer... numbers) {
    return new ConvolutionOptions(List.of(numbers), padding, dilation, groups);
  }

  /** One number for all dimensions, or one for each. */
  public ConvolutionOptions padding(Integer... numbers) {
    return new ConvolutionOptions(stride, Spatial.given("padding", numbers), dilation, groups);
  }

  /** As much padding as keeps the size; an odd one goes behind ({@code padding="same"}). */
  public ConvolutionOptions samePadding() {
    return new ConvolutionOptions(stride, List.of(), dilation, groups);
  }

  /** One number for all dimensions, or one for each. */
  public ConvolutionOptions dilation(Integer... numbers) {
    return new ConvolutionOptions(stride, padding, List.of(numbers), groups);
  }

  public ConvolutionOptions groups(int number) {
    return new ConvolutionOptions(stride, padding, dilation, number);
  }
}
