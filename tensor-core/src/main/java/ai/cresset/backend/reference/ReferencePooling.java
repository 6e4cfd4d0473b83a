package ai.cresset.backend.reference;

import ai.cresset.backend.Averaging;
import ai.cresset.backend.View;
import ai.cresset.backend.Window;
import ai.cresset.type.Shape;
import java.util.List;

/** Pooling and its gradients over three spatial dimensions; missing ones have size 1. */
final class ReferencePooling {
  private ReferencePooling() {}

  /** What is done with each element of a window: its number within its channel. */
  private interface Visit {
    void at(long place);
  }

  static void max(List<Window> windows, View input, View output, View indices) {
    View in = input.volume();
    List<Window> three = Window.volume(windows);
    long plane = plane(in.shape());
    for (long o = 0; o < output.numel(); o++) {
      long[] at = coordinates(output.volume().shape(), o);
      long first = (at[0] * in.shape().size(1) + at[1]) * plane;
      double[] best = {Double.NEGATIVE_INFINITY};
      long[] where = {-1};
      visit(
          three,
          in.shape(),
          output.volume().shape(),
          at,
          place -> {
            double x = Elements.getDouble(in, first + place);
            if (where[0] < 0 || x > best[0] || Double.isNaN(x)) {
              best[0] = x;
              where[0] = place;
            }
          });
      Elements.putDouble(output, o, best[0]);
      Elements.putLong(indices, o, where[0]);
    }
  }

  static void maxBackward(View gradient, View indices, View inputGradient) {
    double[] sums = new double[(int) inputGradient.numel()];
    long channelSize = plane(inputGradient.volume().shape());
    long windows = plane(gradient.volume().shape());
    for (long o = 0; o < gradient.numel(); o++) {
      long at = o / windows * channelSize + Elements.getLong(indices, o);
      sums[(int) at] += Elements.getDouble(gradient, o);
    }
    store(sums, inputGradient);
  }

  static void average(Averaging averaging, View input, View output) {
    View in = input.volume();
    Shape outputs = output.volume().shape();
    Averaging three = averaging.volume();
    long plane = plane(in.shape());
    for (long o = 0; o < output.numel(); o++) {
      long[] at = coordinates(outputs, o);
      long first = (at[0] * in.shape().size(1) + at[1]) * plane;
      double[] sum = {0};
      visit(
          three.windows(),
          in.shape(),
          outputs,
          at,
          place -> sum[0] += Elements.getDouble(in, first + place));
      Elements.putDouble(output, o, sum[0] / divisor(three, in.shape(), outputs, at));
    }
  }

  static void averageBackward(Averaging averaging, View gradient, View inputGradient) {
    Shape inputs = inputGradient.volume().shape();
    Shape outputs = gradient.volume().shape();
    Averaging three = averaging.volume();
    double[] sums = new double[(int) inputGradient.numel()];
    long plane = plane(inputs);
    for (long o = 0; o < gradient.numel(); o++) {
      long[] at = coordinates(outputs, o);
      int first = (int) ((at[0] * inputs.size(1) + at[1]) * plane);
      double share = Elements.getDouble(gradient, o) / divisor(three, inputs, outputs, at);
      visit(three.windows(), inputs, outputs, at, place -> sums[first + (int) place] += share);
    }
    store(sums, inputGradient);
  }

  private static double divisor(Averaging three, Shape inputs, Shape outputs, long[] at) {
    return Averaging.divisor(three, spatial(inputs), spatial(outputs), at[2], at[3], at[4]);
  }

  private static long[] spatial(Shape shape) {
    return new long[] {shape.size(2), shape.size(3), shape.size(4)};
  }

  private static void visit(
      List<Window> windows, Shape inputs, Shape outputs, long[] at, Visit visit) {
    long[] begin = new long[3];
    long[] end = new long[3];
    for (int dim = 0; dim < 3; dim++) {
      Window window = windows.get(dim);
      long size = inputs.size(2 + dim);
      begin[dim] = window.begin(at[2 + dim], size, outputs.size(2 + dim));
      end[dim] = Math.min(size, window.end(at[2 + dim], size, outputs.size(2 + dim)));
      while (begin[dim] < 0) {
        begin[dim] += window.dilation();
      }
    }
    for (long d = begin[0]; d < end[0]; d += windows.get(0).dilation()) {
      for (long h = begin[1]; h < end[1]; h += windows.get(1).dilation()) {
        for (long w = begin[2]; w < end[2]; w += windows.get(2).dilation()) {
          visit.at((d * inputs.size(3) + h) * inputs.size(4) + w);
        }
      }
    }
  }

  private static long plane(Shape volume) {
    return Math.max(1, volume.size(2) * volume.size(3) * volume.size(4));
  }

  private static long[] coordinates(Shape shape, long element) {
    long[] at = new long[shape.rank()];
    for (int dim = at.length - 1; dim >= 0; dim--) {
      at[dim] = element % shape.size(dim);
      element /= shape.size(dim);
    }
    return at;
  }

  private static void store(double[] values, View view) {
    for (int i = 0; i < values.length; i++) {
      Elements.putDouble(view, i, values[i]);
    }
  }
}
