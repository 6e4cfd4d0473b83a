package ai.cresset.jobs.generate;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/**
 * Ten glyphs drawn as polylines with a pen, each time turned, stretched, sheared, moved and bent a
 * little, with strokes of another width and noise: IDX files of 28 x 28 grey images, a sixth of
 * them for the test. People tell all of them apart.
 */
public record Glyphs() implements DataGenerator {
  private static final int SIZE = 28;

  /** Points of the strokes in a unit square, x to the right and y down; NaN lifts the pen. */
  private static final double[][] STROKES = {
    {.5, .1, .8, .3, .8, .7, .5, .9, .2, .7, .2, .3, .5, .1},
    {.3, .3, .5, .1, .5, .9},
    {.2, .3, .5, .1, .8, .3, .2, .9, .8, .9},
    {.2, .1, .8, .1, .5, .45, .8, .7, .5, .9, .2, .8},
    {.7, .9, .7, .1, .2, .65, .85, .65},
    {.8, .1, .3, .1, .25, .45, .7, .45, .8, .7, .5, .9, .2, .8},
    {.7, .1, .3, .45, .2, .75, .5, .9, .8, .7, .5, .5, .25, .65},
    {.2, .1, .8, .1, .4, .9},
    {.5, .5, .25, .3, .5, .1, .75, .3, .5, .5, .2, .7, .5, .9, .8, .7, .5, .5},
    {.75, .35, .5, .5, .25, .3, .5, .1, .75, .25, .75, .35, .6, .9}
  };

  @Override
  public String write(Path directory, int size, long seed) throws IOException {
    Files.createDirectories(directory);
    int test = Math.max(1, size / 6);
    part(directory, "train", size - test, new Random(seed));
    part(directory, "t10k", test, new Random(seed ^ 0x5deece66dL));
    return (size - test) + " images to train on and " + test + " for the test in " + directory;
  }

  private static void part(Path directory, String name, int count, Random random)
      throws IOException {
    byte[] images = new byte[count * SIZE * SIZE];
    byte[] labels = new byte[count];
    for (int i = 0; i < count; i++) {
      int label = i % STROKES.length;
      labels[i] = (byte) label;
      draw(STROKES[label], random, images, i * SIZE * SIZE);
    }
    idx(directory.resolve(name + "-images-idx3-ubyte"), images, count, SIZE, SIZE);
    idx(directory.resolve(name + "-labels-idx1-ubyte"), labels, count);
  }

  private static void draw(double[] strokes, Random random, byte[] images, int at) {
    double[] points = distorted(strokes, random);
    double pen = 0.9 + 0.8 * random.nextDouble();
    double ink = 0.7 + 0.3 * random.nextDouble();
    for (int y = 0; y < SIZE; y++) {
      for (int x = 0; x < SIZE; x++) {
        double nearest = Double.MAX_VALUE;
        for (int i = 0; i + 3 < points.length; i += 2) {
          nearest = Math.min(nearest, distance(x, y, points, i));
        }
        double value = ink * Math.max(0, Math.min(1, pen + 0.5 - nearest));
        double noisy = value + 0.08 * random.nextGaussian();
        images[at + y * SIZE + x] = (byte) Math.round(255 * Math.max(0, Math.min(1, noisy)));
      }
    }
  }

  /** In elements of the image. */
  private static double[] distorted(double[] strokes, Random random) {
    double angle = 0.25 * (2 * random.nextDouble() - 1);
    double wide = 0.8 + 0.4 * random.nextDouble();
    double high = 0.8 + 0.4 * random.nextDouble();
    double shear = 0.3 * (2 * random.nextDouble() - 1);
    double right = 2.5 * (2 * random.nextDouble() - 1);
    double down = 2.5 * (2 * random.nextDouble() - 1);
    double[] points = new double[strokes.length];
    for (int i = 0; i < strokes.length; i += 2) {
      double x = strokes[i] - 0.5 + 0.03 * random.nextGaussian();
      double y = strokes[i + 1] - 0.5 + 0.03 * random.nextGaussian();
      double leaning = (x + shear * y) * wide;
      double tall = y * high;
      points[i] = SIZE / 2.0 + right + 20 * (leaning * Math.cos(angle) - tall * Math.sin(angle));
      points[i + 1] = SIZE / 2.0 + down + 20 * (leaning * Math.sin(angle) + tall * Math.cos(angle));
    }
    return points;
  }

  /** From a place to the line between two points. */
  private static double distance(double x, double y, double[] points, int from) {
    double dx = points[from + 2] - points[from];
    double dy = points[from + 3] - points[from + 1];
    double length = dx * dx + dy * dy;
    double along =
        length == 0 ? 0 : ((x - points[from]) * dx + (y - points[from + 1]) * dy) / length;
    double inside = Math.max(0, Math.min(1, along));
    return Math.hypot(x - points[from] - inside * dx, y - points[from + 1] - inside * dy);
  }

  private static void idx(Path file, byte[] bytes, int... sizes) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(4 + 4 * sizes.length);
    header.put(new byte[] {0, 0, 8, (byte) sizes.length});
    for (int size : sizes) {
      header.putInt(size);
    }
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(header.array());
      out.write(bytes);
    }
  }
}
