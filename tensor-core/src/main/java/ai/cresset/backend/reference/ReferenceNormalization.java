package ai.cresset.backend.reference;

import ai.cresset.backend.View;
import org.jspecify.annotations.Nullable;

/** Softmax and layer normalisation with their gradients. */
final class ReferenceNormalization {
  private ReferenceNormalization() {}

  static void softmax(View input, int dim, boolean logarithm, View output) {
    Lines lines = Lines.along(input.shape(), dim);
    for (long line = 0; line < lines.count(); line++) {
      double largest = Double.NEGATIVE_INFINITY;
      for (long k = 0; k < lines.length(); k++) {
        largest = Math.max(largest, Elements.getDouble(input, lines.element(line, k)));
      }
      double sum = 0;
      for (long k = 0; k < lines.length(); k++) {
        sum += StrictMath.exp(Elements.getDouble(input, lines.element(line, k)) - largest);
      }
      for (long k = 0; k < lines.length(); k++) {
        long at = lines.element(line, k);
        double shifted = Elements.getDouble(input, at) - largest;
        double value = logarithm ? shifted - StrictMath.log(sum) : StrictMath.exp(shifted) / sum;
        Elements.putDouble(output, at, value);
      }
    }
  }

  static void softmaxBackward(
      View gradient, View output, int dim, boolean logarithm, View inputGradient) {
    Lines lines = Lines.along(output.shape(), dim);
    for (long line = 0; line < lines.count(); line++) {
      double sum = 0;
      for (long k = 0; k < lines.length(); k++) {
        long at = lines.element(line, k);
        double g = Elements.getDouble(gradient, at);
        sum += logarithm ? g : g * Elements.getDouble(output, at);
      }
      for (long k = 0; k < lines.length(); k++) {
        long at = lines.element(line, k);
        double g = Elements.getDouble(gradient, at);
        double y = Elements.getDouble(output, at);
        double value = logarithm ? g - StrictMath.exp(y) * sum : y * (g - sum);
        Elements.putDouble(inputGradient, at, value);
      }
    }
  }

  static void layerNorm(
      View input,
      @Nullable View weight,
      @Nullable View bias,
      double epsilon,
      View output,
      View mean,
      View inverseDeviation) {
    long size = input.shape().size(1);
    for (long row = 0; row < input.shape().size(0); row++) {
      double sum = 0;
      for (long j = 0; j < size; j++) {
        sum += Elements.getDouble(input, row * size + j);
      }
      double average = sum / size;
      double squares = 0;
      for (long j = 0; j < size; j++) {
        double difference = Elements.getDouble(input, row * size + j) - average;
        squares += difference * difference;
      }
      double inverse = 1 / Math.sqrt(squares / size + epsilon);
      for (long j = 0; j < size; j++) {
        double normal = (Elements.getDouble(input, row * size + j) - average) * inverse;
        double scaled = weight == null ? normal : normal * Elements.getDouble(weight, j);
        double shifted = bias == null ? scaled : scaled + Elements.getDouble(bias, j);
        Elements.putDouble(output, row * size + j, shifted);
      }
      Elements.putDouble(mean, row, average);
      Elements.putDouble(inverseDeviation, row, inverse);
    }
  }

  static void layerNormBackward(
      View gradient,
      View input,
      @Nullable View weight,
      View mean,
      View inverseDeviation,
      @Nullable View inputGradient,
      @Nullable View weightGradient,
      @Nullable View biasGradient) {
    long rows = input.shape().size(0);
    int size = (int) input.shape().size(1);
    double[] weights = new double[size];
    double[] biases = new double[size];
    for (long row = 0; row < rows; row++) {
      double average = Elements.getDouble(mean, row);
      double inverse = Elements.getDouble(inverseDeviation, row);
      double sum = 0;
      double product = 0;
      for (int j = 0; j < size; j++) {
        double g = Elements.getDouble(gradient, row * size + j);
        double normal = (Elements.getDouble(input, row * size + j) - average) * inverse;
        weights[j] += g * normal;
        biases[j] += g;
        double scaled = weight == null ? g : g * Elements.getDouble(weight, j);
        sum += scaled;
        product += scaled * normal;
      }
      for (int j = 0; j < size && inputGradient != null; j++) {
        double g = Elements.getDouble(gradient, row * size + j);
        double normal = (Elements.getDouble(input, row * size + j) - average) * inverse;
        double scaled = weight == null ? g : g * Elements.getDouble(weight, j);
        double value = inverse * (scaled - sum / size - normal * product / size);
        Elements.putDouble(inputGradient, row * size + j, value);
      }
    }
    for (int j = 0; j < size; j++) {
      if (weightGradient != null) {
        Elements.putDouble(weightGradient, j, weights[j]);
      }
      if (biasGradient != null) {
        Elements.putDouble(biasGradient, j, biases[j]);
      }
    }
  }
}
