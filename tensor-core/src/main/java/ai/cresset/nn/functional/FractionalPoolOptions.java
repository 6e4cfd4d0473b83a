package ai.cresset.nn.functional;

import ai.cresset.error.ConfigException;
import java.util.List;

/**
 * The windows of fractional max pooling. Every list has one number for each spatial dimension, or
 * one for all; either sizes or ratios are given.
 *
 * @param kernel elements of a window
 * @param outputSize how many windows there are; empty for a ratio
 * @param outputRatio windows for each element of the input, in (0, 1); empty for a size
 */
public record FractionalPoolOptions(
    List<Integer> kernel, List<Integer> outputSize, List<Double> outputRatio) {
  public FractionalPoolOptions {
    kernel = Spatial.given("kernel", kernel.toArray(Integer[]::new));
    outputSize = List.copyOf(outputSize);
    outputRatio = List.copyOf(outputRatio);
    if (outputSize.isEmpty() == outputRatio.isEmpty()) {
      throw ConfigException.because(
          "fractional max pooling: expected either an output size or an output ratio, got "
              + (outputSize.isEmpty() ? "neither" : "both"));
    }
    for (double ratio : outputRatio) {
      if (!(ratio > 0 && ratio < 1)) {
        throw ConfigException.value("outputRatio", ratio, "a number between 0 and 1");
      }
    }
  }

  /** Windows of this size in all dimensions, for an output of these sizes. */
  public static FractionalPoolOptions toSize(int kernel, Integer... outputSize) {
    return new FractionalPoolOptions(List.of(kernel), List.of(outputSize), List.of());
  }

  /** Windows of this size in all dimensions, for an output of a part of the input's sizes. */
  public static FractionalPoolOptions byRatio(int kernel, Double... outputRatio) {
    return new FractionalPoolOptions(List.of(kernel), List.of(), List.of(outputRatio));
  }

  /** One number for all dimensions, or one for each. */
  public FractionalPoolOptions withKernel(Integer... numbers) {
    return new FractionalPoolOptions(List.of(numbers), outputSize, outputRatio);
  }
}
