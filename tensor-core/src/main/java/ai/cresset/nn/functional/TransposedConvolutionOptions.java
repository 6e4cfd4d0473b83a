package ai.cresset.nn.functional;

import java.util.List;

/**
 * How a transposed convolution moves. Every list has one number for each spatial dimension, or one
 * for all.
 *
 * @param stride steps between the places of inputs in the output
 * @param padding elements cut off on both sides of the output
 * @param outputPadding elements added behind the output, fewer than stride or dilation
 * @param dilation steps between weights
 * @param groups parts of the channels that do not see each other
 */
public record TransposedConvolutionOptions(
    List<Integer> stride,
    List<Integer> padding,
    List<Integer> outputPadding,
    List<Integer> dilation,
    int groups) {
  /** Stride 1, no padding, dilation 1, one group. */
  public static final TransposedConvolutionOptions DEFAULT =
      new TransposedConvolutionOptions(List.of(1), List.of(0), List.of(0), List.of(1), 1);

  public TransposedConvolutionOptions {
    stride = List.copyOf(stride);
    padding = List.copyOf(padding);
    outputPadding = List.copyOf(outputPadding);
    dilation = List.copyOf(dilation);
  }

  /** One number for all dimensions, or one for each. */
  public TransposedConvolutionOptions stride(Integer... numbers) {
    return new TransposedConvolutionOptions(
        List.of(numbers), padding, outputPadding, dilation, groups);
  }

  /** One number for all dimensions, or one for each. */
  public TransposedConvolutionOptions padding(Integer... numbers) {
    return new TransposedConvolutionOptions(
        stride, List.of(numbers), outputPadding, dilation, groups);
  }

  /** One number for all dimensions, or one for each. */
  public TransposedConvolutionOptions outputPadding(Integer... numbers) {
    return new TransposedConvolutionOptions(stride, padding, List.of(numbers), dilation, groups);
  }

  /** One number for all dimensions, or one for each. */
  public TransposedConvolutionOptions dilation(Integer... numbers) {
    return new TransposedConvolutionOptions(
        stride, padding, outputPadding, List.of(numbers), groups);
  }

  public TransposedConvolutionOptions groups(int number) {
    return new TransposedConvolutionOptions(stride, padding, outputPadding, dilation, number);
  }
}
