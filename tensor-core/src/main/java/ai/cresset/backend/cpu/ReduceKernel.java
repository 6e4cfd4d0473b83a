package ai.cresset.backend.cpu;

import ai.cresset.backend.LoopNest;
import ai.cresset.backend.Program;
import ai.cresset.backend.Reduction;
import ai.cresset.backend.View;
import ai.cresset.type.DType;
import java.util.ArrayList;
import java.util.List;

/**
 * Reductions over any dimensions of any layout. Memory is walked in its own order: where the
 * innermost dimension is reduced, row by row into one result; where it is kept, row by row into
 * many columns. Large reductions are cut into parts of a fixed size.
 */
final class ReduceKernel {
  /** Blocks of one part, in a reduction to few results. */
  private static final long BLOCKS_OF_PART = 64;

  /** Rows of one part, in a reduction to many columns. */
  private static final long ROWS_OF_PART = 512;

  private static final long CHUNK = 32L * Scratch.BLOCK;

  private final ThreadTeam team;
  private final FloatKernels kernels;

  ReduceKernel(ThreadTeam team, FloatKernels kernels) {
    this.team = team;
    this.kernels = kernels;
  }

  void reduce(Reduction reduction, View input, View output) {
    if (output.numel() == 0) {
      return;
    }
    Task task = new Task(reduction, input, output);
    if (input.numel() == 0) {
      task.storeIdentity();
    } else if (task.rowsFirst()) {
      task.reduceRows();
    } else {
      task.reduceColumns();
    }
  }

  private final class Task {
    private final Reduction reduction;
    private final DType compute;
    private final DType from;
    private final DType to;
    private final long source;
    private final long target;

    /** View 0 is the input, view 1 the output. */
    private final LoopNest kept;

    private final LoopNest reduced;

    Task(Reduction reduction, View input, View output) {
      this.reduction = reduction;
      this.from = input.dtype();
      this.to = output.dtype();
      this.compute = Program.computeType(DType.promote(from, to));
      this.source = input.address();
      this.target = output.address();
      List<LoopNest.Loop> keptLoops = new ArrayList<>();
      List<LoopNest.Loop> reducedLoops = new ArrayList<>();
      for (int dim = 0; dim < input.shape().rank(); dim++) {
        long size = input.shape().size(dim);
        long stride = input.strides().stride(dim);
        if (output.shape().size(dim) == size) {
          keptLoops.add(new LoopNest.Loop(size, stride, output.strides().stride(dim)));
        } else {
          reducedLoops.add(new LoopNest.Loop(size, stride));
        }
      }
      this.kept = LoopNest.sorted(0, keptLoops);
      this.reduced = LoopNest.sorted(0, reducedLoops);
    }

    private Reducer reducer(long slots) {
      int count = Math.toIntExact(slots);
      return switch (compute) {
        case FLOAT32 -> new FloatReducer(reduction, kernels, count);
        case FLOAT64 -> new DoubleReducer(reduction, count);
        default -> new LongReducer(reduction, count);
      };
    }

    void storeIdentity() {
      Reducer identity = reducer(1);
      LoopNest.Cursor cursor = kept.cursor(2, 0);
      for (long i = kept.count(); i > 0; i--, cursor.advance()) {
        store(identity, 0, cursor.offset(1));
      }
    }

    boolean rowsFirst() {
      if (kept.rank() == 0 || reduced.rank() == 0) {
        return true;
      }
      long reducedStride = reduced.loop(reduced.rank() - 1).stride(0);
      return reducedStride <= kept.loop(kept.rank() - 1).stride(0);
    }

    void reduceRows() {
      boolean none = reduced.rank() == 0;
      LoopNest.Loop row = none ? new LoopNest.Loop(1, 1) : reduced.loop(reduced.rank() - 1);
      LoopNest outer = none ? reduced : reduced.without(reduced.rank() - 1);
      long blocksOfRow = (row.size() + Scratch.BLOCK - 1) / Scratch.BLOCK;
      long blocks = outer.count() * blocksOfRow;
      long results = kept.count();
      if (blocks > BLOCKS_OF_PART) {
        reduceRowsInParts(row, outer, blocks);
        return;
      }
      long resultsOfChunk =
          Math.max(1, Math.min(Scratch.BLOCK, CHUNK / (outer.count() * row.size())));
      int together = rowsTogether(row, outer);
      team.run(
          chunks(results, resultsOfChunk),
          chunk -> {
            Scratch scratch = Scratch.current();
            long start = chunk * resultsOfChunk;
            int count = (int) Math.min(resultsOfChunk, results - start);
            Reducer reducer = reducer(count);
            LoopNest.Cursor cursor = kept.cursor(2, start);
            LoopNest.Cursor stored = kept.cursor(2, start);
            int slot = 0;
            while (slot < count) {
              int rows = Math.min(together, count - slot);
              foldBlocks(reducer, slot, rows, cursor.offset(0), row, outer, 0, blocks, scratch);
              for (int i = 0; i < rows; i++) {
                cursor.advance();
              }
              slot += rows;
            }
            for (slot = 0; slot < count; slot++, stored.advance()) {
              store(reducer, slot, stored.offset(1));
            }
          });
    }

    /** How many results' rows follow each other in memory and fit into a block. */
    private int rowsTogether(LoopNest.Loop row, LoopNest outer) {
      boolean follow =
          kept.rank() == 1
              && outer.rank() == 0
              && kept.loop(0).stride(0) == row.size() * row.stride(0);
      return follow ? (int) Math.max(1, Scratch.BLOCK / row.size()) : 1;
    }

    private void foldBlocks(
        Reducer reducer,
        int slot,
        int rows,
        long offset,
        LoopNest.Loop row,
        LoopNest outer,
        long firstBlock,
        long endBlock,
        Scratch scratch) {
      long blocksOfRow = (row.size() + Scratch.BLOCK - 1) / Scratch.BLOCK;
      long block = firstBlock;
      LoopNest.Cursor cursor = outer.cursor(1, block / blocksOfRow);
      while (block < endBlock) {
        long at = block % blocksOfRow * Scratch.BLOCK;
        int length = (int) Math.min(Scratch.BLOCK, row.size() - at);
        long element = offset + cursor.offset(0) + at * row.stride(0);
        reducer.foldRows(
            slot, rows, length, from, source + element * from.bytes(), row.stride(0), scratch);
        if (++block % blocksOfRow == 0) {
          cursor.advance();
        }
      }
    }

    private void reduceRowsInParts(LoopNest.Loop row, LoopNest outer, long blocks) {
      long parts = (blocks + BLOCKS_OF_PART - 1) / BLOCKS_OF_PART;
      long results = kept.count();
      Reducer reducer = reducer(results * parts);
      team.run(
          Math.toIntExact(results * parts),
          slot -> {
            long offset = kept.cursor(2, slot / parts).offset(0);
            long first = slot % parts * BLOCKS_OF_PART;
            long end = Math.min(blocks, first + BLOCKS_OF_PART);
            foldBlocks(reducer, slot, 1, offset, row, outer, first, end, Scratch.current());
          });
      LoopNest.Cursor cursor = kept.cursor(2, 0);
      for (int result = 0; result < results; result++, cursor.advance()) {
        int slot = (int) (result * parts);
        for (int part = 1; part < parts; part++) {
          reducer.merge(slot, slot + part);
        }
        store(reducer, slot, cursor.offset(1));
      }
    }

    void reduceColumns() {
      LoopNest.Loop columns = kept.loop(kept.rank() - 1);
      LoopNest outer = kept.without(kept.rank() - 1);
      long blocksOfRow = (columns.size() + Scratch.BLOCK - 1) / Scratch.BLOCK;
      long rows = reduced.count();
      long parts = (rows + ROWS_OF_PART - 1) / ROWS_OF_PART;
      long tasks = outer.count() * blocksOfRow;
      if (parts > 1) {
        reduceColumnsInParts(columns, outer, blocksOfRow, parts);
        return;
      }
      long tasksOfChunk = Math.max(1, CHUNK / (rows * Math.min(Scratch.BLOCK, columns.size())));
      team.run(
          chunks(tasks, tasksOfChunk),
          chunk -> {
            Scratch scratch = Scratch.current();
            long end = Math.min(tasks, (chunk + 1) * tasksOfChunk);
            for (long task = chunk * tasksOfChunk; task < end; task++) {
              LoopNest.Cursor cursor = outer.cursor(2, task / blocksOfRow);
              long column = task % blocksOfRow * Scratch.BLOCK;
              int length = (int) Math.min(Scratch.BLOCK, columns.size() - column);
              Reducer reducer = reducer(length);
              foldRowsOfPart(reducer, 0, cursor.offset(0), columns, column, length, 0, scratch);
              for (int i = 0; i < length; i++) {
                store(reducer, i, cursor.offset(1) + (column + i) * columns.stride(1));
              }
            }
          });
    }

    private void reduceColumnsInParts(
        LoopNest.Loop columns, LoopNest outer, long blocksOfRow, long parts) {
      long width = columns.size();
      Reducer reducer = reducer(outer.count() * parts * width);
      team.run(
          Math.toIntExact(outer.count() * parts * blocksOfRow),
          task -> {
            long outerPart = task / blocksOfRow;
            long column = task % blocksOfRow * Scratch.BLOCK;
            int length = (int) Math.min(Scratch.BLOCK, width - column);
            long offset = outer.cursor(2, outerPart / parts).offset(0);
            int slot = (int) (outerPart * width + column);
            foldRowsOfPart(
                reducer.sharing(),
                slot,
                offset,
                columns,
                column,
                length,
                outerPart % parts,
                Scratch.current());
          });
      LoopNest.Cursor cursor = outer.cursor(2, 0);
      for (long i = 0; i < outer.count(); i++, cursor.advance()) {
        for (long column = 0; column < width; column++) {
          int slot = (int) (i * parts * width + column);
          for (long part = 1; part < parts; part++) {
            reducer.merge(slot, (int) (slot + part * width));
          }
          store(reducer, slot, cursor.offset(1) + column * columns.stride(1));
        }
      }
    }

    private void foldRowsOfPart(
        Reducer reducer,
        int slot,
        long offset,
        LoopNest.Loop columns,
        long column,
        int length,
        long part,
        Scratch scratch) {
      long stride = columns.stride(0);
      long row = part * ROWS_OF_PART;
      long end = Math.min(reduced.count(), row + ROWS_OF_PART);
      boolean follow =
          reduced.rank() == 1
              && length == columns.size()
              && reduced.loop(0).stride(0) == length * stride;
      int together = follow ? Math.max(1, Scratch.BLOCK / length) : 1;
      LoopNest.Cursor cursor = reduced.cursor(1, row);
      reducer.beginColumns(length, scratch);
      while (row < end) {
        int rows = (int) Math.min(together, end - row);
        long element = offset + cursor.offset(0) + column * stride;
        reducer.foldColumns(rows, length, from, source + element * from.bytes(), stride, scratch);
        for (int i = 0; i < rows; i++) {
          cursor.advance();
        }
        row += rows;
      }
      reducer.endColumns(slot, length);
    }

    private void store(Reducer reducer, int slot, long offset) {
      reducer.store(slot, to, target + offset * to.bytes(), Scratch.current());
    }
  }

  private static int chunks(long count, long each) {
    return Math.toIntExact((count + each - 1) / each);
  }
}
