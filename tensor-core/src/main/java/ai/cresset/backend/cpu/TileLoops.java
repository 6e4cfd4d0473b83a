package ai.cresset.backend.cpu;

/**
 * {@link TileTransform} in plain loops. Constants: A. Lavin and S. Gray, "Fast Algorithms for
 * Convolutional Neural Networks", 2015, F(2x2, 3x3).
 */
final class TileLoops {
  private TileLoops() {}

  /** Transforms channels {@code first} to {@code channels - 1} of each tile. */
  static void run(
      TileTransform transform,
      float[] from,
      int fromStep,
      float[] to,
      int toStep,
      int tiles,
      int channels,
      int first) {
    Side read = Side.ofInput(transform);
    Side written = Side.ofOutput(transform);
    float[] square = new float[16];
    float[] half = new float[16];
    for (int tile = 0; tile < tiles; tile++) {
      for (int c = first; c < channels; c++) {
        for (int i = 0; i < read.edge; i++) {
          for (int j = 0; j < read.edge; j++) {
            square[4 * i + j] = from[read.place(i, j, tile, fromStep, channels) + c];
          }
        }
        for (int j = 0; j < read.edge; j++) {
          line(transform, square, j, 4, half, j, 4);
        }
        for (int i = 0; i < written.edge; i++) {
          line(transform, half, 4 * i, 1, square, 4 * i, 1);
        }
        for (int i = 0; i < written.edge; i++) {
          for (int j = 0; j < written.edge; j++) {
            to[written.place(i, j, tile, toStep, channels) + c] = square[4 * i + j];
          }
        }
      }
    }
  }

  /** Where the elements of a tile lie: in the pixels of an image, or in a plane each. */
  private record Side(boolean image, int edge) {
    static Side ofInput(TileTransform transform) {
      return switch (transform) {
        case INPUT -> new Side(true, 4);
        case OUTPUT_GRADIENT -> new Side(true, 2);
        case OUTPUT, WEIGHT_GRADIENT -> new Side(false, 4);
        case WEIGHT -> new Side(false, 3);
      };
    }

    static Side ofOutput(TileTransform transform) {
      return switch (transform) {
        case INPUT, OUTPUT_GRADIENT, WEIGHT -> new Side(false, 4);
        case OUTPUT -> new Side(true, 2);
        case WEIGHT_GRADIENT -> new Side(false, 3);
      };
    }

    int place(int i, int j, int tile, int step, int channels) {
      return image ? i * step + (2 * tile + j) * channels : (edge * i + j) * step + tile * channels;
    }
  }

  private static void line(
      TileTransform transform, float[] x, int at, int step, float[] y, int to, int toStep) {
    float a = x[at];
    float b = x[at + step];
    float c = x[at + 2 * step];
    float d = x[at + 3 * step];
    switch (transform) {
      case INPUT -> put(y, to, toStep, a - c, b + c, c - b, b - d);
      case OUTPUT -> put(y, to, toStep, a + b + c, b - c - d, 0, 0);
      case OUTPUT_GRADIENT -> put(y, to, toStep, a, a + b, a - b, -b);
      case WEIGHT -> {
        float outer = (a + c) * 0.5f;
        float inner = b * 0.5f;
        put(y, to, toStep, a, outer + inner, outer - inner, c);
      }
      case WEIGHT_GRADIENT -> {
        float sum = (b + c) * 0.5f;
        put(y, to, toStep, a + sum, (b - c) * 0.5f, sum + d, 0);
      }
    }
  }

  private static void put(
      float[] y, int at, int step, float first, float second, float third, float fourth) {
    y[at] = first;
    y[at + step] = second;
    y[at + 2 * step] = third;
    y[at + 3 * step] = fourth;
  }
}
