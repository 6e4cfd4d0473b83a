package ai.cresset.report;

import ai.cresset.error.ShapeException;

/**
 * A line of a chart. Points that are not finite leave a gap.
 *
 * @param name in the legend
 * @param x where the points are, rising
 * @param y their values, as many
 */
public record Series(String name, double[] x, double[] y) {
  public Series {
    if (x.length != y.length) {
      throw ShapeException.mismatch("series " + name, x.length + " values", y.length);
    }
  }
}
