package ai.cresset.backend.cpu;

import ai.cresset.backend.Convolution;
import ai.cresset.backend.View;
import ai.cresset.memory.NativeMemory;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import ai.cresset.type.Strides;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Convolutions of 3 x 3 taps with 16 multiplications for 4 outputs where the definition has 36, in
 * float32: each tile of 4 x 4 inputs is transformed, multiplied by the transformed weights element
 * by element, which is one matrix product over all channels for each of the 16, and transformed
 * back to 2 x 2 outputs. Gradients are the transposes of these steps. The transforms add up to four
 * numbers and the products half as many terms as the definition, so errors are no larger than its
 * own; an infinity or NaN makes NaN of its whole tile. A. Lavin and S. Gray, "Fast Algorithms for
 * Convolutional Neural Networks", 2015.
 */
final class WinogradConvolution {
  private static final int PLANES = WinogradTiles.PLANES;

  /**
   * Channels below which the transforms cost more than the products save: of each side, of both.
   */
  private static final long FEWEST_CHANNELS = 32;

  private static final long FEWEST_IN_ALL = 96;

  /** Tiles of a batch below which transforming the weights does. */
  private static final long FEWEST_TILES = 128;

  /** The pixels of smaller images see so much padding, which the definition skips. */
  private static final long SMALLEST_IMAGE = 6;

  /** Elements of all parts of a weight's gradient, unless a single one has more. */
  private static final long ROOM = 1 << 19;

  /** Multiplications of a task. */
  private static final long TASK = 1 << 24;

  private static final int MOST_TASKS = 8;

  private final ThreadTeam team;
  private final FloatKernels kernels;
  private final DnnlMatmul products;
  private final WinogradWeights weights;

  WinogradConvolution(
      ThreadTeam team, FloatKernels kernels, CopyKernel copies, DnnlMatmul products) {
    this.team = team;
    this.kernels = kernels;
    this.products = products;
    this.weights = new WinogradWeights(team, kernels, copies);
  }

  /** Whether this is the faster way; views are of rank 5. */
  static boolean takes(Convolution window, View x, View w, View y) {
    boolean square = w.shape().size(2) == 1 && w.shape().size(3) == 3 && w.shape().size(4) == 3;
    boolean flat = x.shape().size(2) == 1 && y.shape().size(2) == 1;
    if (x.dtype() != DType.FLOAT32 || !square || !flat || !isPlain(window)) {
      return false;
    }
    Shape images = y.shape();
    boolean large = images.size(3) >= SMALLEST_IMAGE && images.size(4) >= SMALLEST_IMAGE;
    long inputs = x.shape().size(1);
    long outputs = images.size(1);
    boolean deep =
        Math.min(inputs, outputs) >= FEWEST_CHANNELS && inputs + outputs >= FEWEST_IN_ALL;
    return large && deep && images.size(0) * images.size(3) * images.size(4) >= 4 * FEWEST_TILES;
  }

  /** Whether each output sees neighbours. The input's gradient is padded by 2 less the padding. */
  private static boolean isPlain(Convolution window) {
    for (int dim = 1; dim < 3; dim++) {
      if (window.stride().get(dim) != 1
          || window.dilation().get(dim) != 1
          || window.padding().get(dim) > 2) {
        return false;
      }
    }
    return window.groups() == 1 && window.padding().get(0) == 0;
  }

  void forward(
      Convolution window, View x, View w, @Nullable View bias, View y, Temporaries temporaries) {
    int top = window.padding().get(1);
    int left = window.padding().get(2);
    images(x, top, left, weights.forward(w, temporaries), bias, y, temporaries);
  }

  void inputGradient(Convolution window, View x, View w, View y, Temporaries temporaries) {
    int top = 2 - window.padding().get(1);
    int left = 2 - window.padding().get(2);
    images(y, top, left, weights.turned(w, temporaries), null, x, temporaries);
  }

  private void images(
      View from,
      int top,
      int left,
      View weight,
      @Nullable View bias,
      View to,
      Temporaries temporaries) {
    int inputs = Math.toIntExact(weight.shape().size(1));
    int outputs = Math.toIntExact(weight.shape().size(2));
    WinogradTiles tiles = WinogradTiles.of(to, (long) inputs * outputs);
    Queue<Block> free = new ConcurrentLinkedQueue<>();
    team.run(
        tiles.blocks(),
        number -> {
          Block block = Block.of(free, tiles, inputs, outputs, temporaries);
          Scratch scratch = Scratch.current();
          float[] shift = scratch.floatRow(2, outputs);
          if (bias != null) {
            NativeMemory.read(bias.address(), shift, 0, outputs);
          }
          long first = (long) number * tiles.each();
          int runs = tiles.size(number);
          for (int run = 0; run < runs; run++) {
            transform(tiles, from, first + run, top, left, block.left, run, scratch);
          }
          products.multiplyHere(
              new Product(block.rows(block.left, runs), weight, block.rows(block.right, runs)),
              false);
          for (int run = 0; run < runs; run++) {
            finish(tiles, block.right, run, bias == null ? null : shift, to, first + run, scratch);
          }
          free.add(block);
        });
  }

  /**
   * The sums over all tiles are cut into parts that threads work on. Where the weight leaves room
   * for few of them, threads without one help with the tiles of a block and the planes of its
   * product.
   */
  void weightGradient(Convolution window, View x, View w, View y, Temporaries temporaries) {
    int inputs = Math.toIntExact(w.shape().size(1));
    int outputs = Math.toIntExact(w.shape().size(0));
    int top = window.padding().get(1);
    int left = window.padding().get(2);
    WinogradTiles tiles = WinogradTiles.of(y, (long) inputs * outputs);
    Shape sum = Shape.of(PLANES, outputs, inputs);
    long room = Math.max(1, Math.min(OrderedSum.MOST, ROOM / sum.numel()));
    int count = (int) Math.min(room, tiles.blocks());
    List<View> parts = new ArrayList<>();
    for (int part = 0; part < count; part++) {
      parts.add(temporaries.of(sum, DType.FLOAT32));
    }
    Queue<Block> free = new ConcurrentLinkedQueue<>();
    team.run(
        count,
        part -> {
          Block block = Block.of(free, tiles, inputs, outputs, temporaries);
          int begin = part * tiles.blocks() / count;
          int end = (part + 1) * tiles.blocks() / count;
          for (int number = begin; number < end; number++) {
            long first = (long) number * tiles.each();
            int runs = tiles.size(number);
            team.run(
                runs,
                run -> {
                  Scratch scratch = Scratch.current();
                  transform(tiles, x, first + run, top, left, block.left, run, scratch);
                  transformGradient(tiles, y, first + run, block.right, run, scratch);
                });
            View gradients = Product.transposed(block.rows(block.right, runs));
            add(
                new Product(gradients, block.rows(block.left, runs), parts.get(part)),
                number > begin);
          }
          free.add(block);
        });
    weights.gradient(parts, w, temporaries);
  }

  private void add(Product product, boolean accumulate) {
    int tasks = (int) Long.highestOneBit(product.multiplications() / TASK);
    if (tasks <= 1) {
      products.multiplyHere(product, accumulate);
      return;
    }
    int planes = Math.max(PLANES / tasks, PLANES / MOST_TASKS);
    team.run(
        PLANES / planes,
        task -> products.multiplyHere(product.batches((long) task * planes, planes), accumulate));
  }

  private void transform(
      WinogradTiles tiles,
      View image,
      long run,
      int top,
      int left,
      View planes,
      int place,
      Scratch scratch) {
    int channels = Math.toIntExact(planes.shape().size(2));
    int rowStep = tiles.rowStep(channels, 2);
    int planeStep = tiles.planeStep(channels);
    float[] pixels = scratch.floatRow(0, 4 * rowStep);
    float[] squares = scratch.floatRow(1, PLANES * planeStep);
    tiles.read(image, run, 4, top, left, pixels);
    kernels.tiles(
        TileTransform.INPUT, pixels, rowStep, squares, planeStep, tiles.tiles(), channels);
    write(squares, planeStep, planes, place * tiles.tiles(), tiles.tiles());
  }

  private void transformGradient(
      WinogradTiles tiles, View image, long run, View planes, int place, Scratch scratch) {
    int channels = Math.toIntExact(planes.shape().size(2));
    int rowStep = tiles.rowStep(channels, 0);
    int planeStep = tiles.planeStep(channels);
    float[] pixels = scratch.floatRow(0, 2 * rowStep);
    float[] squares = scratch.floatRow(1, PLANES * planeStep);
    tiles.read(image, run, 2, 0, 0, pixels);
    kernels.tiles(
        TileTransform.OUTPUT_GRADIENT,
        pixels,
        rowStep,
        squares,
        planeStep,
        tiles.tiles(),
        channels);
    write(squares, planeStep, planes, place * tiles.tiles(), tiles.tiles());
  }

  private void finish(
      WinogradTiles tiles,
      View planes,
      int place,
      float @Nullable [] bias,
      View image,
      long run,
      Scratch scratch) {
    int channels = Math.toIntExact(planes.shape().size(2));
    int rowStep = tiles.rowStep(channels, 0);
    int planeStep = tiles.planeStep(channels);
    float[] squares = scratch.floatRow(0, PLANES * planeStep);
    float[] pixels = scratch.floatRow(1, 2 * rowStep);
    for (int plane = 0; plane < PLANES; plane++) {
      long from = address(planes, plane, (long) place * tiles.tiles());
      NativeMemory.read(from, squares, plane * planeStep, tiles.tiles() * channels);
    }
    kernels.tiles(
        TileTransform.OUTPUT, squares, planeStep, pixels, rowStep, tiles.tiles(), channels);
    for (int pixel = 0; bias != null && pixel < 2 * tiles.tiles(); pixel++) {
      kernels.accumulate(bias, 0, pixels, pixel * channels, channels);
      kernels.accumulate(bias, 0, pixels, rowStep + pixel * channels, channels);
    }
    tiles.write(pixels, image, run);
  }

  private static void write(float[] squares, int planeStep, View planes, int row, int rows) {
    int length = rows * Math.toIntExact(planes.shape().size(2));
    for (int plane = 0; plane < PLANES; plane++) {
      NativeMemory.write(squares, plane * planeStep, address(planes, plane, row), length);
    }
  }

  private static long address(View planes, long plane, long row) {
    long rows = plane * planes.shape().size(1) + row;
    return planes.address() + rows * planes.shape().size(2) * Float.BYTES;
  }

  /**
   * The planes of one block of tiles, which threads use one after the other.
   *
   * @param left {@code [16, tiles, inputs]}
   * @param right {@code [16, tiles, outputs]}
   * @param tiles of a run
   */
  private record Block(View left, View right, int tiles) {
    /** One that is free, or a new one. */
    static Block of(
        Queue<Block> free, WinogradTiles tiles, int inputs, int outputs, Temporaries temporaries) {
      Block block = free.poll();
      if (block != null) {
        return block;
      }
      long rows = (long) tiles.each() * tiles.tiles();
      return new Block(
          temporaries.of(Shape.of(PLANES, rows, inputs), DType.FLOAT32),
          temporaries.of(Shape.of(PLANES, rows, outputs), DType.FLOAT32),
          tiles.tiles());
    }

    /** The planes of its first runs. */
    View rows(View planes, int runs) {
      if ((long) runs * tiles == planes.shape().size(1)) {
        return planes;
      }
      Shape shape = planes.shape().with(1, (long) runs * tiles);
      Strides strides = planes.strides();
      return new View(planes.storage(), planes.offset(), shape, strides, planes.dtype());
    }
  }
}
