package ai.cresset.backend.reference;

import ai.cresset.backend.Convolution;
import ai.cresset.backend.View;
import org.jspecify.annotations.Nullable;

/** A convolution and its gradients over three spatial dimensions; missing ones have size 1. */
final class ReferenceConvolution {
  private final Convolution window;
  private final View input;
  private final View weight;
  private final View output;

  private ReferenceConvolution(Convolution window, View input, View weight, View output) {
    this.window = window;
    this.input = input;
    this.weight = weight;
    this.output = output;
  }

  static ReferenceConvolution of(Convolution window, View input, View weight, View output) {
    return new ReferenceConvolution(
        window.volume(), input.volume(), weight.volume(), output.volume());
  }

  /** What is done with each product of an input element and a weight. */
  private interface Term {
    void at(int input, int weight, int output);
  }

  void forward(@Nullable View bias) {
    double[] sums = new double[(int) output.numel()];
    double[] x = values(input);
    double[] w = values(weight);
    terms((i, k, o) -> sums[o] += x[i] * w[k]);
    long channels = output.shape().size(1);
    long plane = Math.max(1, output.numel() / Math.max(1, output.shape().size(0) * channels));
    for (int o = 0; o < sums.length; o++) {
      double shift = bias == null ? 0 : Elements.getDouble(bias, o / plane % channels);
      Elements.putDouble(output, o, sums[o] + shift);
    }
  }

  void inputGradient() {
    double[] sums = new double[(int) input.numel()];
    double[] g = values(output);
    double[] w = values(weight);
    terms((i, k, o) -> sums[i] += g[o] * w[k]);
    store(sums, input);
  }

  void weightGradient() {
    double[] sums = new double[(int) weight.numel()];
    double[] x = values(input);
    double[] g = values(output);
    terms((i, k, o) -> sums[k] += g[o] * x[i]);
    store(sums, weight);
  }

  private static double[] values(View view) {
    double[] values = new double[(int) view.numel()];
    for (int i = 0; i < values.length; i++) {
      values[i] = Elements.getDouble(view, i);
    }
    return values;
  }

  private static void store(double[] values, View view) {
    for (int i = 0; i < values.length; i++) {
      Elements.putDouble(view, i, values[i]);
    }
  }

  private void terms(Term term) {
    long perGroup = weight.shape().size(1);
    long outputsPerGroup = weight.shape().size(0) / window.groups();
    long taps = weight.shape().size(2) * weight.shape().size(3) * weight.shape().size(4);
    for (long o = 0; o < output.numel(); o++) {
      long[] at = coordinates(output, o);
      long group = at[1] / Math.max(1, outputsPerGroup);
      for (long c = 0; c < perGroup; c++) {
        for (long tap = 0; tap < taps; tap++) {
          long w = (at[1] * perGroup + c) * taps + tap;
          long[] weightAt = coordinates(weight, w);
          long i = at[0] * input.shape().size(1) + group * perGroup + c;
          boolean inside = true;
          for (int dim = 0; dim < 3; dim++) {
            long size = input.shape().size(2 + dim);
            long place =
                at[2 + dim] * window.stride().get(dim)
                    - window.padding().get(dim)
                    + weightAt[2 + dim] * window.dilation().get(dim);
            inside &= place >= 0 && place < size;
            i = i * size + place;
          }
          if (inside) {
            term.at((int) i, (int) w, (int) o);
          }
        }
      }
    }
  }

  private static long[] coordinates(View view, long element) {
    long[] at = new long[5];
    for (int dim = 4; dim >= 0; dim--) {
      at[dim] = element % view.shape().size(dim);
      element /= view.shape().size(dim);
    }
    return at;
  }
}
