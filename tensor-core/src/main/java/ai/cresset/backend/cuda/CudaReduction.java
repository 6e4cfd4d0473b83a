package ai.cresset.backend.cuda;

import ai.cresset.backend.LoopNest;
import ai.cresset.backend.Reduction;
import ai.cresset.backend.Scan;
import ai.cresset.backend.View;
import ai.cresset.memory.Storage;
import ai.cresset.type.DType;
import java.util.ArrayList;
import java.util.List;

/**
 * Reductions, places of extremes and running ones. Where there are few outputs, each one's elements
 * are split over several blocks, and a second stage combines what they found. How they are split
 * depends on shapes only, so the bits do not depend on the device.
 */
final class CudaReduction {
  private static final int THREADS = 256;

  /** Blocks that keep a large device busy. */
  private static final long MANY_BLOCKS = 1024;

  /** Loads of a thread from which on more threads are worth their combination. */
  private static final long LOADS = 4;

  private final CudaContext context;
  private final CudaScan scans;

  CudaReduction(CudaContext context) {
    this.context = context;
    this.scans = new CudaScan(context);
  }

  void reduce(Reduction reduction, View input, View output) {
    List<LoopNest.Loop> kept = new ArrayList<>();
    List<LoopNest.Loop> reduced = new ArrayList<>();
    for (int dim = 0; dim < input.shape().rank(); dim++) {
      boolean keeps = output.shape().size(dim) != 1 || input.shape().size(dim) == 1;
      LoopNest.Loop loop =
          new LoopNest.Loop(
              input.shape().size(dim),
              input.strides().stride(dim),
              keeps ? output.strides().stride(dim) : 0);
      (keeps ? kept : reduced).add(loop);
    }
    run(
        reduction.name(),
        accumulator(input.dtype(), output.dtype()),
        input,
        output,
        LoopNest.sorted(0, kept),
        LoopNest.sorted(0, reduced));
  }

  void argReduce(boolean largest, View input, int dim, View output) {
    List<LoopNest.Loop> kept = new ArrayList<>();
    List<LoopNest.Loop> line = new ArrayList<>();
    for (int i = 0; i < input.shape().rank(); i++) {
      LoopNest.Loop loop =
          new LoopNest.Loop(
              input.shape().size(i), input.strides().stride(i), output.strides().stride(i));
      (i == dim ? line : kept).add(loop);
    }
    run(
        largest ? "ARG_MAX" : "ARG_MIN",
        accumulator(input.dtype(), input.dtype()),
        input,
        output,
        LoopNest.sorted(0, kept),
        LoopNest.ordered(line));
  }

  void scan(Scan scan, View input, int dim, View output) {
    scans.scan(scan, input, dim, output);
  }

  /** The type in which elements are combined on the way from one type to the other. */
  static DType accumulator(DType from, DType to) {
    if (!from.isFloating() && !to.isFloating()) {
      return DType.INT64;
    }
    boolean wide = from == DType.FLOAT64 || to == DType.FLOAT64 || !from.isFloating();
    return wide ? DType.FLOAT64 : DType.FLOAT32;
  }

  private static int bytesOfPartial(String kind, DType accumulator) {
    return kind.startsWith("ARG") ? 2 * Long.BYTES : accumulator.bytes();
  }

  /**
   * Reduces in one stage or two.
   *
   * @param kept loops over the outputs; views are input and output
   * @param reduced loops over the elements of each; view 0 is the input
   */
  private void run(
      String kind, DType accumulator, View input, View output, LoopNest kept, LoopNest reduced) {
    if (kept.count() == 0) {
      return;
    }
    Stage stage = stage(input, kept, reduced);
    List<String> defines =
        List.of(
            "FROM=" + CudaType.of(input.dtype()),
            "TO=" + CudaType.of(output.dtype()),
            "ACC=" + CudaType.of(accumulator),
            "KIND=" + kind);
    if (stage.splits() == 1) {
      launch(stage, defines, false, false, input.address(), output.address());
      return;
    }
    Storage partial =
        context.allocate(stage.splits() * kept.count() * bytesOfPartial(kind, accumulator));
    try {
      launch(stage, defines, false, true, input.address(), partial.address());
      LoopNest second = LoopNest.ordered(List.of(new LoopNest.Loop(stage.splits(), kept.count())));
      Stage last = plan(numbered(kept), second, 1, false);
      launch(last, defines, true, false, partial.address(), output.address());
    } finally {
      partial.release();
    }
  }

  /** How one launch divides its work. */
  private record Stage(
      LoopNest kept,
      LoopNest reduced,
      boolean rows,
      int width,
      int threadsTogether,
      long split,
      long splits,
      long blocks) {}

  private static Stage stage(View input, LoopNest kept, LoopNest reduced) {
    int width = 16 / input.dtype().bytes();
    boolean dense =
        reduced.rank() == 1
            && reduced.loop(0).stride(0) == 1
            && reduced.loop(0).size() % width == 0
            && input.address() % 16 == 0;
    for (int i = 0; i < kept.rank(); i++) {
      dense &= kept.loop(i).stride(0) % width == 0;
    }
    return plan(kept, reduced, dense ? width : 1, true);
  }

  private static Stage plan(LoopNest kept, LoopNest reduced, int width, boolean splits) {
    long outputs = kept.count();
    long elements = reduced.count();
    boolean rows = elements > 1 && (outputs == 1 || innermost(reduced) <= innermost(kept));
    if (rows) {
      int across = 1;
      while (across < THREADS && (long) across * width * LOADS < elements) {
        across *= 2;
      }
      long blocks = (outputs * across + THREADS - 1) / THREADS;
      long together = (long) THREADS * width;
      long wanted =
          splits && across == THREADS
              ? Math.min(MANY_BLOCKS / blocks, elements / (together * LOADS))
              : 1;
      long split = split(elements, wanted, together);
      return new Stage(kept, reduced, true, width, across, split, pieces(elements, split), blocks);
    }
    int columns = elements < 64 ? THREADS : 32;
    int lines = THREADS / columns;
    long blocks = (outputs + columns - 1) / columns;
    long wanted = splits ? Math.min(MANY_BLOCKS / blocks, elements / (2 * LOADS * lines)) : 1;
    long split = split(elements, wanted, lines);
    return new Stage(kept, reduced, false, 1, columns, split, pieces(elements, split), blocks);
  }

  private static long innermost(LoopNest nest) {
    return nest.rank() == 0 ? Long.MAX_VALUE : nest.loop(nest.rank() - 1).stride(0);
  }

  /** Elements of one of {@code wanted} pieces, as a multiple. */
  private static long split(long elements, long wanted, long multiple) {
    long pieces = Math.max(1, wanted);
    long each = (elements + pieces - 1) / pieces;
    return Math.max(1, (each + multiple - 1) / multiple) * multiple;
  }

  private static long pieces(long elements, long split) {
    return Math.max(1, (elements + split - 1) / split);
  }

  /** The same outputs, read from where they are numbered in order. */
  private static LoopNest numbered(LoopNest kept) {
    List<LoopNest.Loop> loops = new ArrayList<>();
    long number = 1;
    for (int i = kept.rank() - 1; i >= 0; i--) {
      LoopNest.Loop loop = kept.loop(i);
      loops.add(0, new LoopNest.Loop(loop.size(), number, loop.stride(1)));
      number *= loop.size();
    }
    return LoopNest.ordered(loops);
  }

  private static boolean narrow(Stage stage) {
    LoopNest kept = stage.kept();
    LoopNest reduced = stage.reduced();
    // A step beyond the last element must not wrap around.
    long most = Integer.MAX_VALUE - (long) THREADS * 16;
    return kept.count() < most
        && reduced.count() < most
        && reach(kept, 1) < most
        && reach(kept, 0) + reach(reduced, 0) < most;
  }

  private static long reach(LoopNest nest, int view) {
    long reach = 0;
    for (int i = 0; i < nest.rank(); i++) {
      reach += (nest.loop(i).size() - 1) * nest.loop(i).stride(view);
    }
    return reach;
  }

  private void launch(
      Stage stage,
      List<String> variant,
      boolean partialIn,
      boolean partialOut,
      long input,
      long output) {
    List<String> defines = new ArrayList<>(variant);
    defines.add("Index=" + (narrow(stage) ? "u32" : "i64"));
    defines.add("WIDTH=" + stage.width());
    defines.add("PARTIAL_IN=" + (partialIn ? 1 : 0));
    defines.add("PARTIAL_OUT=" + (partialOut ? 1 : 0));
    context
        .launch(
            "reduce.cu",
            stage.rows() ? "reduce_rows" : "reduce_columns",
            defines.toArray(String[]::new))
        .address(input)
        .address(output)
        .nest(stage.kept(), 2)
        .nest(stage.reduced(), 1)
        .int64(stage.split())
        .int32(stage.threadsTogether())
        .run(stage.blocks(), stage.splits(), 1, THREADS, 0);
  }
}
