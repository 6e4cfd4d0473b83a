package ai.cresset.report;

import java.util.List;
import java.util.Locale;

/**
 * Lines over a common axis, as an SVG picture.
 *
 * @param title above it
 * @param horizontal what the horizontal axis counts
 * @param lines at least one; those without a finite point are left out
 */
public record LineChart(String title, String horizontal, List<Series> lines) {
  private static final int WIDTH = 460;
  private static final int HEIGHT = 260;
  private static final int LEFT = 64;
  private static final int RIGHT = 16;
  private static final int TOP = 50;
  private static final int BOTTOM = 42;
  private static final String[] COLOURS = {"#1f6fb4", "#d9541e", "#2c8f47", "#8a4fb0", "#7a6a1d"};

  public LineChart {
    lines = List.copyOf(lines);
  }

  /** Whether there is anything to draw. */
  public boolean isEmpty() {
    return lines.stream().noneMatch(LineChart::hasPoints);
  }

  private static boolean hasPoints(Series line) {
    for (double y : line.y()) {
      if (Double.isFinite(y)) {
        return true;
      }
    }
    return false;
  }

  /** The picture. */
  public String svg() {
    double[] bounds = bounds();
    AxisTicks across = AxisTicks.around(bounds[0], bounds[1]);
    AxisTicks up = AxisTicks.around(bounds[2], bounds[3]);
    StringBuilder svg = new StringBuilder();
    svg.append(
        format(
            "<svg viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\">",
            WIDTH, HEIGHT, WIDTH, HEIGHT));
    svg.append("<title>").append(HtmlText.escape(title)).append("</title>");
    svg.append(text(WIDTH / 2.0, 16, "middle", "t", title));
    for (double value : up.values()) {
      double y = place(value, up, HEIGHT - BOTTOM, TOP);
      svg.append(line(LEFT, y, WIDTH - RIGHT, y, "g"));
      svg.append(text(LEFT - 6, y + 4, "end", "n", up.label(value)));
    }
    for (double value : across.values()) {
      double x = place(value, across, LEFT, WIDTH - RIGHT);
      svg.append(line(x, HEIGHT - BOTTOM, x, HEIGHT - BOTTOM + 4, "a"));
      svg.append(text(x, HEIGHT - BOTTOM + 17, "middle", "n", across.label(value)));
    }
    svg.append(line(LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM, "a"));
    svg.append(text((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 6, "middle", "n", horizontal));
    int number = 0;
    for (Series each : lines) {
      if (hasPoints(each)) {
        draw(svg, each, number, across, up);
        number++;
      }
    }
    return svg.append("</svg>").toString();
  }

  private double[] bounds() {
    double[] bounds = {1e300, -1e300, 1e300, -1e300};
    for (Series line : lines) {
      for (int i = 0; i < line.x().length; i++) {
        if (Double.isFinite(line.y()[i])) {
          bounds[0] = Math.min(bounds[0], line.x()[i]);
          bounds[1] = Math.max(bounds[1], line.x()[i]);
          bounds[2] = Math.min(bounds[2], line.y()[i]);
          bounds[3] = Math.max(bounds[3], line.y()[i]);
        }
      }
    }
    return bounds[0] > bounds[1] ? new double[] {0, 1, 0, 1} : bounds;
  }

  private static void draw(
      StringBuilder svg, Series line, int number, AxisTicks across, AxisTicks up) {
    String colour = COLOURS[number % COLOURS.length];
    StringBuilder path = new StringBuilder();
    int points = 0;
    boolean pen = false;
    double lastX = 0;
    double lastY = 0;
    for (int i = 0; i < line.x().length; i++) {
      if (!Double.isFinite(line.y()[i])) {
        pen = false;
        continue;
      }
      lastX = place(line.x()[i], across, LEFT, WIDTH - RIGHT);
      lastY = place(line.y()[i], up, HEIGHT - BOTTOM, TOP);
      path.append(format("%s%.1f %.1f", pen ? "L" : "M", lastX, lastY));
      pen = true;
      points++;
    }
    svg.append(
        format("<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.8\"/>", path, colour));
    if (points <= 40) { // few points are seen better with a mark at the last one
      svg.append(
          format("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>", lastX, lastY, colour));
    }
    double x = LEFT + number * 130.0;
    svg.append(
        format("<rect x=\"%.1f\" y=\"28\" width=\"12\" height=\"4\" fill=\"%s\"/>", x, colour));
    svg.append(text(x + 17, 34, "start", "n", line.name()));
  }

  private static double place(double value, AxisTicks ticks, double from, double to) {
    return from + (value - ticks.least()) / (ticks.most() - ticks.least()) * (to - from);
  }

  private static String line(double x1, double y1, double x2, double y2, String kind) {
    return format(
        "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>",
        kind, x1, y1, x2, y2);
  }

  private static String text(double x, double y, String anchor, String kind, String text) {
    return format(
            "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">", kind, x, y, anchor)
        + HtmlText.escape(text)
        + "</text>";
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
