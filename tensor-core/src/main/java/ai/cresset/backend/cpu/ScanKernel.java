package ai.cresset.backend.cpu;

import ai.cresset.backend.LoopNest;
import ai.cresset.backend.Scan;
import ai.cresset.backend.View;
import java.util.Arrays;

/** Running sums, products and extremes; floating types run in float64, the rest in int64. */
final class ScanKernel {
  private final ThreadTeam team;

  ScanKernel(ThreadTeam team) {
    this.team = team;
  }

  void scan(Scan scan, View input, int dim, View output) {
    if (output.numel() == 0) {
      return;
    }
    Line line = Line.along(dim, input, output);
    // Columns are as wide as a block; a line that is innermost runs through blocks of its own.
    int last = line.others().rank() - 1;
    boolean single = line.isInnermost();
    LoopNest.Loop columns = single ? new LoopNest.Loop(1, 1, 1) : line.others().loop(last);
    LoopNest outer = single ? line.others() : line.others().without(last);
    long blocks = (columns.size() + Scratch.BLOCK - 1) / Scratch.BLOCK;
    boolean integral = !input.dtype().isFloating() && !output.dtype().isFloating();
    team.run(
        Math.toIntExact(outer.count() * blocks),
        task -> {
          LoopNest.Cursor cursor = outer.cursor(2, task / blocks);
          long column = task % blocks * Scratch.BLOCK;
          int width = (int) Math.min(Scratch.BLOCK, columns.size() - column);
          long from = cursor.offset(0) + column * columns.stride(0);
          long to = cursor.offset(1) + column * columns.stride(1);
          long source = input.address() + from * input.dtype().bytes();
          long target = output.address() + to * output.dtype().bytes();
          if (single && integral) {
            longLine(scan, input, line, source, output, target);
          } else if (single) {
            doubleLine(scan, input, line, source, output, target);
          } else if (integral) {
            longColumns(scan, input, line, source, output, target, columns, width);
          } else {
            doubleColumns(scan, input, line, source, output, target, columns, width);
          }
        });
  }

  private static void doubleLine(
      Scan scan, View input, Line line, long source, View output, long target) {
    Scratch scratch = Scratch.current();
    double[] x = scratch.doubleRow(0, Scratch.BLOCK);
    double running = scan.start();
    for (long at = 0; at < line.length(); at += Scratch.BLOCK) {
      int count = (int) Math.min(Scratch.BLOCK, line.length() - at);
      long from = source + at * line.stride(0) * input.dtype().bytes();
      ConvertedSegments.read(input.dtype(), from, line.stride(0), x, 0, count, scratch);
      for (int i = 0; i < count; i++) {
        running = scan.next(running, x[i]);
        x[i] = running;
      }
      long to = target + at * line.stride(1) * output.dtype().bytes();
      ConvertedSegments.write(x, 0, output.dtype(), to, line.stride(1), count, scratch);
    }
  }

  private static void longLine(
      Scan scan, View input, Line line, long source, View output, long target) {
    Scratch scratch = Scratch.current();
    long[] x = scratch.longRegisters(1)[0];
    long running = scan.integerStart();
    for (long at = 0; at < line.length(); at += Scratch.BLOCK) {
      int count = (int) Math.min(Scratch.BLOCK, line.length() - at);
      long from = source + at * line.stride(0) * input.dtype().bytes();
      ConvertedSegments.read(input.dtype(), from, line.stride(0), x, 0, count, scratch);
      for (int i = 0; i < count; i++) {
        running = scan.next(running, x[i]);
        x[i] = running;
      }
      long to = target + at * line.stride(1) * output.dtype().bytes();
      ConvertedSegments.write(x, 0, output.dtype(), to, line.stride(1), count, scratch);
    }
  }

  private static void doubleColumns(
      Scan scan,
      View input,
      Line line,
      long source,
      View output,
      long target,
      LoopNest.Loop columns,
      int width) {
    Scratch scratch = Scratch.current();
    double[] x = scratch.doubleRow(0, Scratch.BLOCK);
    double[] running = scratch.doubleRow(1, Scratch.BLOCK);
    Arrays.fill(running, 0, width, scan.start());
    for (long k = 0; k < line.length(); k++) {
      long from = source + k * line.stride(0) * input.dtype().bytes();
      ConvertedSegments.read(input.dtype(), from, columns.stride(0), x, 0, width, scratch);
      for (int i = 0; i < width; i++) {
        running[i] = scan.next(running[i], x[i]);
      }
      long to = target + k * line.stride(1) * output.dtype().bytes();
      ConvertedSegments.write(running, 0, output.dtype(), to, columns.stride(1), width, scratch);
    }
  }

  private static void longColumns(
      Scan scan,
      View input,
      Line line,
      long source,
      View output,
      long target,
      LoopNest.Loop columns,
      int width) {
    Scratch scratch = Scratch.current();
    long[] x = scratch.longRegisters(2)[0];
    long[] running = scratch.longRegisters(2)[1];
    Arrays.fill(running, 0, width, scan.integerStart());
    for (long k = 0; k < line.length(); k++) {
      long from = source + k * line.stride(0) * input.dtype().bytes();
      ConvertedSegments.read(input.dtype(), from, columns.stride(0), x, 0, width, scratch);
      for (int i = 0; i < width; i++) {
        running[i] = scan.next(running[i], x[i]);
      }
      long to = target + k * line.stride(1) * output.dtype().bytes();
      ConvertedSegments.write(running, 0, output.dtype(), to, columns.stride(1), width, scratch);
    }
  }
}
