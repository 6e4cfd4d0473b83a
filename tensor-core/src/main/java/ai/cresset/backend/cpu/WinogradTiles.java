package ai.cresset.backend.cpu;

import ai.cresset.backend.View;
import ai.cresset.memory.NativeMemory;
import java.util.Arrays;

/**
 * The tiles of 2 x 2 output pixels of a batch of channels-last images. Tiles of a row are cut into
 * runs of one length, and runs are gathered into blocks, each of which is one product for each of
 * 16 planes. A last run that is not full is filled with zeros. All this depends on shapes only.
 *
 * @param height rows of tiles of an image
 * @param runs of such a row
 * @param tiles of a run
 * @param total runs of the batch
 * @param each runs of a block; the last one may have fewer
 */
record WinogradTiles(int height, int runs, int tiles, long total, int each) {
  /** Elements of a square, so also planes. */
  static final int PLANES = 16;

  /** Tiles of a run: more do not stay in the first caches. */
  private static final int RUN = 16;

  /** Tiles of a block: they stay in the second-level cache, and more make no faster products. */
  private static final int BLOCK = 64;

  /**
   * Elements of a plane of weights that the third-level cache gives fast enough for such blocks.
   */
  private static final long WEIGHTS = 1 << 16;

  private static final long LARGEST_BLOCK = 256;

  /** Elements between planes, so that these do not compete for the same places of a cache. */
  private static final int GAP = 16;

  /** For outputs of this shape, with so many weights in a plane. */
  static WinogradTiles of(View y, long weights) {
    int height = half(y.shape().size(3));
    int width = half(y.shape().size(4));
    int runs = (width + RUN - 1) / RUN;
    int tiles = (width + runs - 1) / runs;
    long total = y.shape().size(0) * height * runs;
    long block = Math.min(LARGEST_BLOCK, BLOCK * Math.max(1, weights / WEIGHTS));
    int each = Math.toIntExact(Math.min(total, Math.max(1, block / tiles)));
    return new WinogradTiles(height, runs, tiles, total, each);
  }

  private static int half(long size) {
    return Math.toIntExact((size + 1) / 2);
  }

  int blocks() {
    return Math.toIntExact((total + each - 1) / each);
  }

  /** Runs of a block. */
  int size(int block) {
    return (int) Math.min(each, total - (long) block * each);
  }

  /** Elements from plane to plane of a run. */
  int planeStep(int channels) {
    return tiles * channels + GAP;
  }

  /** Elements from row to row of the pixels of a run that are {@code wider} than its tiles. */
  int rowStep(int channels, int wider) {
    return (2 * tiles + wider) * channels + GAP;
  }

  /** Reads the pixels of a run; what is outside of the image is zero. */
  void read(View image, long run, int rows, int top, int left, float[] to) {
    int wider = rows - 2;
    int channels = Math.toIntExact(image.shape().size(1));
    long imageHeight = image.shape().size(3);
    int imageWidth = Math.toIntExact(image.shape().size(4));
    int first = firstColumn(run) - left;
    int begin = Math.max(0, first);
    int end = Math.max(begin, Math.min(imageWidth, first + 2 * tiles + wider));
    int step = rowStep(channels, wider);
    for (int i = 0; i < rows; i++) {
      long row = firstRow(run) - top + i;
      int at = i * step;
      if (row < 0 || row >= imageHeight || begin == end) {
        Arrays.fill(to, at, at + step, 0);
        continue;
      }
      int from = at + (begin - first) * channels;
      int until = at + (end - first) * channels;
      Arrays.fill(to, at, from, 0);
      NativeMemory.read(address(image, run, row, begin), to, from, until - from);
      Arrays.fill(to, until, at + step, 0);
    }
  }

  /** Writes those pixels of a run's two rows that are in the image. */
  void write(float[] from, View image, long run) {
    int channels = Math.toIntExact(image.shape().size(1));
    int begin = firstColumn(run);
    int columns = Math.min(2 * tiles, Math.toIntExact(image.shape().size(4)) - begin);
    for (int i = 0; i < 2; i++) {
      long row = firstRow(run) + i;
      if (row < image.shape().size(3)) {
        long to = address(image, run, row, begin);
        NativeMemory.write(from, i * rowStep(channels, 0), to, columns * channels);
      }
    }
  }

  private long firstRow(long run) {
    return run / runs % height * 2;
  }

  private int firstColumn(long run) {
    return (int) (run % runs) * 2 * tiles;
  }

  private long address(View image, long run, long row, long column) {
    long rows = run / runs / height * image.shape().size(3) + row;
    long pixels = rows * image.shape().size(4) + column;
    return image.address() + pixels * image.shape().size(1) * Float.BYTES;
  }
}
