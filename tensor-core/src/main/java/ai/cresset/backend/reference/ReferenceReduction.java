package ai.cresset.backend.reference;

import ai.cresset.backend.Reduction;
import ai.cresset.backend.Scan;
import ai.cresset.backend.View;
import ai.cresset.type.Shape;
import java.util.Arrays;

/** Reductions and scans. */
final class ReferenceReduction {
  private ReferenceReduction() {}

  static void reduce(Reduction reduction, View input, View output) {
    boolean integral = Elements.integral(input.dtype(), output.dtype());
    double[] reals = new double[(int) output.numel()];
    long[] integers = new long[reals.length];
    Arrays.fill(reals, realIdentity(reduction));
    Arrays.fill(integers, integerIdentity(reduction));
    for (long i = 0; i < input.numel(); i++) {
      int at = (int) reducedElement(input.shape(), output.shape(), i);
      if (integral) {
        integers[at] = combine(reduction, integers[at], Elements.getLong(input, i));
      } else {
        reals[at] = combine(reduction, reals[at], Elements.getDouble(input, i));
      }
    }
    for (int at = 0; at < reals.length; at++) {
      if (integral) {
        Elements.putLong(output, at, integers[at]);
      } else {
        Elements.putDouble(output, at, reals[at]);
      }
    }
  }

  /** The element of {@code output} that this element of {@code input} goes into. */
  private static long reducedElement(Shape input, Shape output, long element) {
    long at = 0;
    long step = 1;
    for (int dim = input.rank() - 1; dim >= 0; dim--) {
      if (output.size(dim) != 1) {
        at += element % input.size(dim) * step;
      }
      element /= input.size(dim);
      step *= output.size(dim);
    }
    return at;
  }

  private static double realIdentity(Reduction reduction) {
    return switch (reduction) {
      case SUM, SUM_SQUARES, ANY -> 0;
      case PROD, ALL -> 1;
      case MAX -> Double.NEGATIVE_INFINITY;
      case MIN -> Double.POSITIVE_INFINITY;
    };
  }

  private static long integerIdentity(Reduction reduction) {
    return switch (reduction) {
      case SUM, SUM_SQUARES, ANY -> 0;
      case PROD, ALL -> 1;
      case MAX -> Long.MIN_VALUE;
      case MIN -> Long.MAX_VALUE;
    };
  }

  private static double combine(Reduction reduction, double so, double x) {
    return switch (reduction) {
      case SUM -> so + x;
      case PROD -> so * x;
      case MAX -> Math.max(so, x);
      case MIN -> Math.min(so, x);
      case SUM_SQUARES -> so + x * x;
      case ANY -> so != 0 || x != 0 ? 1 : 0;
      case ALL -> so != 0 && x != 0 ? 1 : 0;
    };
  }

  private static long combine(Reduction reduction, long so, long x) {
    return switch (reduction) {
      case SUM -> so + x;
      case PROD -> so * x;
      case MAX -> Math.max(so, x);
      case MIN -> Math.min(so, x);
      case SUM_SQUARES -> so + x * x;
      case ANY -> so != 0 || x != 0 ? 1 : 0;
      case ALL -> so != 0 && x != 0 ? 1 : 0;
    };
  }

  static void argReduce(boolean largest, View input, int dim, View output) {
    Lines lines = Lines.along(input.shape(), dim);
    boolean integral = !input.dtype().isFloating();
    for (long line = 0; line < lines.count(); line++) {
      long best = 0;
      for (long k = 1; k < lines.length(); k++) {
        long now = lines.element(line, k);
        long then = lines.element(line, best);
        boolean wins;
        if (integral) {
          int order = Long.compare(Elements.getLong(input, now), Elements.getLong(input, then));
          wins = largest ? order > 0 : order < 0;
        } else {
          wins = wins(largest, Elements.getDouble(input, now), Elements.getDouble(input, then));
        }
        if (wins) {
          best = k;
        }
      }
      Elements.putLong(output, line, best);
    }
  }

  private static boolean wins(boolean largest, double now, double then) {
    if (Double.isNaN(now) || Double.isNaN(then)) {
      return !Double.isNaN(then);
    }
    return largest ? now > then : now < then;
  }

  static void scan(Scan scan, View input, int dim, View output) {
    Lines lines = Lines.along(input.shape(), dim);
    boolean integral = Elements.integral(input.dtype(), output.dtype());
    for (long line = 0; line < lines.count(); line++) {
      double real = scan.start();
      long integer = scan.integerStart();
      for (long k = 0; k < lines.length(); k++) {
        long at = lines.element(line, k);
        if (integral) {
          integer = scan.next(integer, Elements.getLong(input, at));
          Elements.putLong(output, at, integer);
        } else {
          real = scan.next(real, Elements.getDouble(input, at));
          Elements.putDouble(output, at, real);
        }
      }
    }
  }
}
