package ai.cresset.backend.cuda;

import ai.cresset.backend.LoopNest;
import ai.cresset.backend.Scan;
import ai.cresset.backend.View;
import ai.cresset.memory.Storage;
import ai.cresset.type.DType;
import java.util.ArrayList;
import java.util.List;

/**
 * Running sums, products and extremes. Long lines are cut into chunks where there are few of them.
 * Floating types run in float64, so that a sum that comes back to 0 is still exact there.
 */
final class CudaScan {
  private static final int THREADS = 256;
  private static final long SHORT = 32;
  private static final long ROW_CHUNK = 16 * 1024;
  private static final long COLUMN_CHUNK = 256;
  private static final long MANY_BLOCKS = 512;
  private static final long MANY_THREADS = 64 * 1024;

  private final CudaContext context;

  CudaScan(CudaContext context) {
    this.context = context;
  }

  void scan(Scan scan, View input, int dim, View output) {
    if (output.numel() == 0) {
      return;
    }
    boolean scalar = input.shape().rank() == 0;
    long length = scalar ? 1 : input.shape().size(dim);
    long fromStep = scalar ? 1 : input.strides().stride(dim);
    long toStep = scalar ? 1 : output.strides().stride(dim);
    List<LoopNest.Loop> loops = new ArrayList<>();
    for (int i = 0; i < input.shape().rank(); i++) {
      if (i != dim) {
        loops.add(LoopNest.loop(i, input, output));
      }
    }
    LoopNest lines = LoopNest.sorted(1, loops);
    boolean neighbours = lines.rank() > 0 && lines.loop(lines.rank() - 1).stride(1) < toStep;
    boolean columns = (neighbours && lines.count() >= 32) || length <= SHORT;
    long chunk = chunk(columns, lines.count(), length);
    long chunks = (length + chunk - 1) / chunk;
    boolean integral = !input.dtype().isFloating() && !output.dtype().isFloating();
    DType accumulator = integral ? DType.INT64 : DType.FLOAT64;
    List<String> defines =
        List.of(
            "FROM=" + CudaType.of(input.dtype()),
            "TO=" + CudaType.of(output.dtype()),
            "ACC=" + CudaType.of(accumulator),
            "KIND=" + scan.name());
    String kernel = columns ? "scan_columns" : "scan_rows";
    long pieces = lines.count() * chunks;
    long blocks =
        Math.min(columns ? (pieces + THREADS - 1) / THREADS : pieces, Integer.MAX_VALUE / 2);
    if (chunks == 1) {
      launch(kernel, defines, false)
          .view(input)
          .view(output)
          .address(0)
          .nest(lines, 2)
          .int64(length)
          .int64(fromStep)
          .int64(toStep)
          .int64(chunk)
          .run(blocks, THREADS, 0);
      return;
    }
    Storage totals = context.allocate(pieces * Long.BYTES);
    try {
      for (boolean first : new boolean[] {true, false}) {
        launch(kernel, defines, first)
            .view(input)
            .view(output)
            .address(totals.address())
            .nest(lines, 2)
            .int64(length)
            .int64(fromStep)
            .int64(toStep)
            .int64(chunk)
            .run(blocks, THREADS, 0);
        if (first) {
          launch("scan_starts", defines, true)
              .address(totals.address())
              .int64(lines.count())
              .int64(chunks)
              .runFor(lines.count(), THREADS);
        }
      }
    } finally {
      totals.release();
    }
  }

  /** Elements of a chunk: by shapes only, so that bits do not depend on the device. */
  private static long chunk(boolean columns, long lines, long length) {
    long enough = columns ? MANY_THREADS : MANY_BLOCKS;
    long smallest = columns ? COLUMN_CHUNK : ROW_CHUNK;
    if (lines >= enough || length <= smallest) {
      return length;
    }
    long pieces = Math.min((enough + lines - 1) / lines, (length + smallest - 1) / smallest);
    return (length + pieces - 1) / pieces;
  }

  private Launch launch(String kernel, List<String> variant, boolean totals) {
    List<String> defines = new ArrayList<>(variant);
    defines.add("TOTALS=" + (totals ? 1 : 0));
    return context.launch("scan.cu", kernel, defines.toArray(String[]::new));
  }
}
