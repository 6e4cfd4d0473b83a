package ai.cresset.jobs.workload.series;

import ai.cresset.report.Picture;
import java.util.Arrays;

/** A small chart: the past in grey, what came in black, the forecast in red, its span in pink. */
final class ForecastPicture {
  private static final int HEIGHT = 80;
  private static final int WIDTH = 240;
  private static final int GREY = 0x999999;
  private static final int BLACK = 0x000000;
  private static final int RED = 0xcc0000;
  private static final int PINK = 0xffcccc;

  private final byte[] elements = new byte[HEIGHT * WIDTH * 3];
  private final int steps;
  private final double low;
  private final double high;

  private ForecastPicture(int steps, double low, double high) {
    this.steps = steps;
    this.low = low;
    this.high = high;
    Arrays.fill(elements, (byte) 0xff);
  }

  /**
   * Draws a window.
   *
   * @param past what the forecast is made from
   * @param truth what came
   * @param forecast the quantiles of each step, rising
   */
  static Picture draw(double[] past, double[] truth, double[][] forecast) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (double[] line : new double[][] {past, truth}) {
      for (double value : line) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
    for (double[] each : forecast) {
      low = Math.min(low, each[0]);
      high = Math.max(high, each[each.length - 1]);
    }
    ForecastPicture picture = new ForecastPicture(past.length + truth.length, low, high);
    int middle = forecast[0].length / 2;
    for (int i = 0; i < forecast.length; i++) {
      double[] each = forecast[i];
      int at = picture.x(past.length + i);
      int half = (picture.x(past.length + i + 1) - at + 1) / 2;
      for (int x = at - half; each.length > 1 && x < at + half && x < WIDTH; x++) {
        picture.column(x, picture.y(each[0]), picture.y(each[each.length - 1]), PINK);
      }
    }
    picture.line(past, 0, GREY);
    picture.after(past, truth, BLACK);
    picture.after(past, Arrays.stream(forecast).mapToDouble(each -> each[middle]).toArray(), RED);
    return new Picture(HEIGHT, WIDTH, 3, picture.elements);
  }

  private int x(int step) {
    return step * (WIDTH - 1) / Math.max(1, steps);
  }

  /** Flat lines are in the middle, and so is what is no number. */
  private int y(double value) {
    double part = high > low ? (value - low) / (high - low) : 0.5;
    return (int) Math.round((HEIGHT - 1) * (1 - (part >= 0 && part <= 1 ? part : 0.5)));
  }

  /** A line that goes on where the past ends: what follows may be one step alone. */
  private void after(double[] past, double[] values, int colour) {
    double[] joined = new double[values.length + 1];
    joined[0] = past[past.length - 1];
    System.arraycopy(values, 0, joined, 1, values.length);
    line(joined, past.length - 1, colour);
  }

  private void line(double[] values, int first, int colour) {
    for (int i = 0; i + 1 < values.length; i++) {
      int from = x(first + i);
      int to = Math.max(from + 1, x(first + i + 1));
      int last = y(values[i]);
      for (int x = from; x < to; x++) {
        double share = (double) (x + 1 - from) / (to - from);
        int next = y(values[i] + share * (values[i + 1] - values[i]));
        column(x, last, next, colour);
        last = next;
      }
    }
  }

  private void column(int x, int one, int other, int colour) {
    for (int y = Math.min(one, other); y <= Math.max(one, other); y++) {
      int at = (y * WIDTH + x) * 3;
      elements[at] = (byte) (colour >> 16);
      elements[at + 1] = (byte) (colour >> 8);
      elements[at + 2] = (byte) colour;
    }
  }
}
