package ai.cresset.backend.cuda;

import ai.cresset.backend.LoopNest;
import ai.cresset.backend.Scatter;
import ai.cresset.backend.View;
import ai.cresset.error.DTypeException;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import ai.cresset.type.Strides;
import java.util.ArrayList;
import java.util.List;

/**
 * Reading and writing by index. Writing has one order in every run: no two threads ever change the
 * same element.
 */
final class CudaIndexing {
  private static final int THREADS = 256;

  /** Tiles of {@code scatter.cu}. */
  private static final int COLUMNS = 32;

  private static final int COLUMN_THREADS = 128;

  /** Lines up to here are not worth a sort. */
  private static final long SHORT = 32;

  /** So many lines at once make up for going along each with one thread. */
  private static final long MANY_LINES = 1 << 17;

  /** Up to here each index is ranked by a look at all others. */
  private static final long RANKED = 16 * 1024;

  private static final long MOST_RANKED = 4 << 20;

  private final CudaContext context;
  private final CudaSort sort;

  CudaIndexing(CudaContext context) {
    this.context = context;
    this.sort = new CudaSort(context);
  }

  void gather(View input, int dim, View index, View output) {
    sameType("gather", input, output);
    List<LoopNest.Loop> loops = new ArrayList<>();
    for (int i = 0; i < output.shape().rank(); i++) {
      loops.add(
          new LoopNest.Loop(
              output.shape().size(i),
              output.strides().stride(i),
              i == dim ? 0 : input.strides().stride(i),
              index.strides().stride(i)));
    }
    select("gather", input, dim, index, output, LoopNest.sorted(0, loops));
  }

  void indexSelect(View input, int dim, View index, View output) {
    sameType("indexSelect", input, output);
    List<LoopNest.Loop> loops = new ArrayList<>();
    for (int i = 0; i < output.shape().rank(); i++) {
      boolean indexed = i == dim;
      loops.add(
          new LoopNest.Loop(
              output.shape().size(i),
              output.strides().stride(i),
              indexed ? 0 : input.strides().stride(i),
              indexed ? index.strides().stride(0) : 0));
    }
    select("indexSelect", input, dim, index, output, LoopNest.sorted(0, loops));
  }

  /** Reads; views of the nest are output, input and index. */
  private void select(String op, View input, int dim, View index, View output, LoopNest nest) {
    if (output.numel() == 0) {
      return;
    }
    long step = strideAlong(input, dim);
    int width = width(nest, input, output, step);
    boolean narrow = nest.count() <= Integer.MAX_VALUE;
    for (int view = 0; view < 3; view++) {
      narrow &= reach(nest, view) <= Integer.MAX_VALUE;
    }
    long size = sizeAlong(input, dim);
    long blocks = (nest.count() / width + THREADS - 1) / THREADS;
    context
        .launch(
            "select.cu",
            "select_elements",
            "E=" + Elementwise.bits(output.dtype()),
            "Index=" + (narrow ? "u32" : "i64"),
            "WIDTH=" + width)
        .view(output)
        .view(input)
        .view(index)
        .nest(nest, 3)
        .int64(size)
        .int64(step)
        .failure(op, size)
        .run(Math.min(blocks, 32L * context.multiprocessors()), THREADS, 0);
  }

  /** Neighbours that move together. */
  private static int width(LoopNest nest, View input, View output, long step) {
    int last = nest.rank() - 1;
    if (last < 0
        || nest.loop(last).stride(0) != 1
        || nest.loop(last).stride(1) != 1
        || nest.loop(last).stride(2) != 0) {
      return 1;
    }
    int bytes = output.dtype().bytes();
    for (int width = 16 / bytes; width > 1; width /= 2) {
      long packBytes = (long) width * bytes;
      boolean fits =
          nest.loop(last).size() % width == 0
              && step % width == 0
              && input.address() % packBytes == 0
              && output.address() % packBytes == 0;
      for (int i = 0; i < last; i++) {
        fits &= nest.loop(i).stride(0) % width == 0 && nest.loop(i).stride(1) % width == 0;
      }
      if (fits) {
        return width;
      }
    }
    return 1;
  }

  private static long reach(LoopNest nest, int view) {
    long reach = 0;
    for (int i = 0; i < nest.rank(); i++) {
      reach += (nest.loop(i).size() - 1) * nest.loop(i).stride(view);
    }
    return reach;
  }

  void indexAdd(View source, int dim, View index, View output) {
    sameType("indexAdd", source, output);
    if (source.numel() == 0) {
      return;
    }
    List<LoopNest.Loop> loops = new ArrayList<>();
    for (int i = 0; i < source.shape().rank(); i++) {
      if (i != dim) {
        loops.add(
            new LoopNest.Loop(
                source.shape().size(i), source.strides().stride(i), 0, output.strides().stride(i)));
      }
    }
    LoopNest slice = LoopNest.sorted(0, loops);
    Line line =
        new Line(
            "indexAdd",
            Scatter.ADD,
            index.numel(),
            strideAlong(source, dim),
            index.shape().rank() == 0 ? 1 : index.strides().stride(0),
            strideAlong(output, dim),
            sizeAlong(output, dim));
    if (line.length() <= SHORT || slice.count() >= MANY_LINES) {
      alongLines(line, source, index, output, slice);
      return;
    }
    LoopNest single = LoopNest.ordered(List.of());
    try (Order order = order(line, index, single)) {
      List<LoopNest.Loop> both = new ArrayList<>();
      for (int i = 0; i < slice.rank(); i++) {
        LoopNest.Loop loop = slice.loop(i);
        both.add(new LoopNest.Loop(loop.size(), loop.stride(0), loop.stride(2)));
      }
      line.launch(context, "add_slices", source)
          .view(source)
          .view(order.sorted())
          .view(order.places())
          .view(output)
          .nest(LoopNest.ordered(both), 2)
          .int64(line.length())
          .int64(line.sourceStep())
          .int64(line.outputStep())
          .int64(line.size())
          .failure(line.op(), line.size())
          .run(line.length() * ((slice.count() + COLUMNS - 1) / COLUMNS), COLUMN_THREADS, 0);
    }
  }

  void scatter(Scatter scatter, View source, int dim, View index, View output) {
    String op = scatter == Scatter.ADD ? "scatterAdd" : "scatter";
    sameType(op, source, output);
    if (index.numel() == 0) {
      return;
    }
    List<LoopNest.Loop> loops = new ArrayList<>();
    for (int i = 0; i < index.shape().rank(); i++) {
      if (i != dim) {
        loops.add(
            new LoopNest.Loop(
                index.shape().size(i),
                source.strides().stride(i),
                index.strides().stride(i),
                output.strides().stride(i)));
      }
    }
    LoopNest lines = LoopNest.sorted(2, loops);
    Line line =
        new Line(
            op,
            scatter,
            sizeAlong(index, dim),
            strideAlong(source, dim),
            strideAlong(index, dim),
            strideAlong(output, dim),
            sizeAlong(output, dim));
    boolean sorts =
        line.length() <= RANKED
            ? lines.count() * line.length() <= MOST_RANKED
            : lines.rank() <= 1 && lines.count() < MANY_LINES / 32;
    if (line.length() <= SHORT || !sorts) {
      alongLines(line, source, index, output, lines);
      return;
    }
    try (Order order = order(line, index, lines)) {
      line.launch(context, "scatter_runs", source)
          .view(source)
          .view(order.sorted())
          .view(order.places())
          .view(output)
          .nest(lines, 3)
          .int64(line.length())
          .int64(line.sourceStep())
          .int64(line.outputStep())
          .int64(line.size())
          .failure(op, line.size())
          .runFor(lines.count() * line.length(), THREADS);
    }
  }

  /**
   * What is the same for all lines.
   *
   * @param length indexes of a line
   * @param size the size of the indexed dimension
   */
  private record Line(
      String op,
      Scatter scatter,
      long length,
      long sourceStep,
      long indexStep,
      long outputStep,
      long size) {
    Launch launch(CudaContext context, String kernel, View source) {
      DType accumulator = CudaReduction.accumulator(source.dtype(), source.dtype());
      return context.launch(
          "scatter.cu",
          kernel,
          "E=" + CudaType.of(source.dtype()),
          "ACC=" + CudaType.of(accumulator),
          "KIND=" + scatter.name());
    }
  }

  /** One thread for each line; views of the nest are source, index and output. */
  private void alongLines(Line line, View source, View index, View output, LoopNest lines) {
    line.launch(context, "scatter_lines", source)
        .view(source)
        .view(index)
        .view(output)
        .nest(lines, 3)
        .int64(line.length())
        .int64(line.sourceStep())
        .int64(line.indexStep())
        .int64(line.outputStep())
        .int64(line.size())
        .failure(line.op(), line.size())
        .runFor(lines.count(), THREADS);
  }

  /**
   * The indexes of each line in ascending order.
   *
   * @param sorted int64, {@code [lines, length]}
   * @param places int64, where they were in their lines
   */
  private record Order(View sorted, View places) implements AutoCloseable {
    @Override
    public void close() {
      sorted.storage().release();
      places.storage().release();
    }
  }

  private Order order(Line line, View index, LoopNest lines) {
    Shape shape = Shape.of(lines.count(), line.length());
    Order order = new Order(indexes(shape), indexes(shape));
    if (line.length() > RANKED && lines.count() == 1) {
      Strides strides = Strides.of(line.indexStep());
      Shape length = Shape.of(line.length());
      sort.sortIndexes(
          new View(index.storage(), index.offset(), length, strides, index.dtype()),
          line.size(),
          View.contiguous(order.sorted().storage(), length, DType.INT64),
          View.contiguous(order.places().storage(), length, DType.INT64));
      return order;
    }
    if (line.length() > RANKED) {
      long rowStep = lines.rank() == 0 ? 0 : lines.loop(0).stride(1);
      Strides strides = Strides.of(rowStep, line.indexStep());
      View rows = new View(index.storage(), index.offset(), shape, strides, index.dtype());
      sort.sort(rows, 1, false, order.sorted(), order.places());
      return order;
    }
    long tiles = (line.length() + THREADS - 1) / THREADS;
    line.launch(context, "rank_indexes", index)
        .view(index)
        .view(order.sorted())
        .view(order.places())
        .nest(lines, 3)
        .int64(line.length())
        .int64(line.indexStep())
        .int64(line.size())
        .failure(line.op(), line.size())
        .run(lines.count() * tiles, THREADS, 0);
    return order;
  }

  private View indexes(Shape shape) {
    return View.contiguous(context.allocate(shape.numel() * Long.BYTES), shape, DType.INT64);
  }

  private static long sizeAlong(View view, int dim) {
    return view.shape().rank() == 0 ? 1 : view.shape().size(dim);
  }

  private static long strideAlong(View view, int dim) {
    return view.shape().rank() == 0 ? 1 : view.strides().stride(dim);
  }

  private static void sameType(String op, View from, View to) {
    if (from.dtype() != to.dtype()) {
      throw DTypeException.mismatch(op, to.dtype(), from.dtype());
    }
  }
}
