package ai.cresset.jobs.train;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/**
 * Draws labelled images that can be learned, and writes them as IDX files. Each class is a few
 * strokes of its own; each image is one of them, moved a little, darker or brighter, with noise.
 *
 * @param classes how many there are
 * @param channels 1 is written with three dimensions, more with the channels last
 * @param height of an image
 * @param width of an image
 */
record IdxFiles(int classes, int channels, int height, int width) {
  private static final int STROKES = 4;

  /** Writes all four files; those that end in .gz are compressed. */
  void write(Path directory, String ending, int train, int test) throws IOException {
    Random random = new Random(classes * 31L + channels);
    double[][] glyphs = new double[classes][];
    for (int i = 0; i < classes; i++) {
      glyphs[i] = glyph(random);
    }
    Files.createDirectories(directory);
    part(directory.resolve("train"), ending, train, glyphs, random);
    part(directory.resolve("t10k"), ending, test, glyphs, random);
  }

  private double[] glyph(Random random) {
    double[] glyph = new double[height * width * channels];
    for (int stroke = 0; stroke < STROKES; stroke++) {
      double x = (0.2 + 0.6 * random.nextDouble()) * width;
      double y = (0.2 + 0.6 * random.nextDouble()) * height;
      double angle = 2 * Math.PI * random.nextDouble();
      double half = (0.15 + 0.2 * random.nextDouble()) * Math.min(height, width);
      double[] colour = random.doubles(channels, 0.4, 1).toArray();
      for (double along = -half; along <= half; along += 0.25) {
        int row = (int) (y + along * Math.sin(angle));
        int column = (int) (x + along * Math.cos(angle));
        if (row >= 0 && row < height && column >= 0 && column < width) {
          System.arraycopy(colour, 0, glyph, (row * width + column) * channels, channels);
        }
      }
    }
    return glyph;
  }

  private void part(Path start, String ending, int count, double[][] glyphs, Random random)
      throws IOException {
    byte[] labels = new byte[count];
    byte[] images = new byte[count * height * width * channels];
    for (int i = 0; i < count; i++) {
      int label = i % classes; // of each class as many
      labels[i] = (byte) label;
      int down = random.nextInt(3) - 1;
      int right = random.nextInt(3) - 1;
      double brightness = 0.5 + 0.5 * random.nextDouble();
      for (int element = 0; element < height * width * channels; element++) {
        int row = Math.floorMod(element / channels / width - down, height);
        int column = Math.floorMod(element / channels % width - right, width);
        double value = glyphs[label][(row * width + column) * channels + element % channels];
        double noisy = value * brightness + 0.15 * random.nextGaussian();
        images[i * height * width * channels + element] =
            (byte) Math.round(255 * Math.max(0, Math.min(1, noisy)));
      }
    }
    String kind = channels == 1 ? "3" : "4";
    int[] sizes =
        channels == 1
            ? new int[] {count, height, width}
            : new int[] {count, height, width, channels};
    write(Path.of(start + "-images-idx" + kind + "-ubyte" + ending), images, sizes);
    write(Path.of(start + "-labels-idx1-ubyte" + ending), labels, count);
  }

  /** Writes one IDX file of bytes. */
  static void write(Path file, byte[] bytes, int... sizes) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(4 + 4 * sizes.length);
    header.put(new byte[] {0, 0, 8, (byte) sizes.length});
    for (int size : sizes) {
      header.putInt(size);
    }
    try (OutputStream plain = Files.newOutputStream(file);
        OutputStream out = file.toString().endsWith(".gz") ? new GZIPOutputStream(plain) : plain) {
      out.write(header.array());
      out.write(bytes);
    }
  }
}
