package ai.cresset.backend.cpu;

import ai.cresset.backend.Expr.UnaryFunction;
import ai.cresset.backend.LoopNest;
import ai.cresset.backend.View;
import ai.cresset.type.DType;

/** Softmax along a dimension and its gradient, line by line. */
final class SoftmaxKernel {
  private static final long CHUNK = 32L * Scratch.BLOCK;

  private final ThreadTeam team;
  private final FloatKernels kernels;

  SoftmaxKernel(ThreadTeam team, FloatKernels kernels) {
    this.team = team;
    this.kernels = kernels;
  }

  void forward(View input, int dim, boolean logarithm, View output) {
    if (output.numel() == 0) {
      return;
    }
    Line line = Line.along(dim, input, output);
    int length = Math.toIntExact(line.length());
    forEachLine(
        line,
        2,
        (cursor, scratch) -> {
          long from = at(input, cursor.offset(0));
          long to = at(output, cursor.offset(1));
          if (input.dtype() == DType.FLOAT64) {
            double[] x = scratch.doubleRow(0, length);
            ConvertedSegments.read(input.dtype(), from, line.stride(0), x, 0, length, scratch);
            DoubleRows.softmax(x, length, logarithm);
            ConvertedSegments.write(x, 0, output.dtype(), to, line.stride(1), length, scratch);
          } else {
            float[] x = scratch.floatRow(0, length);
            ConvertedSegments.read(input.dtype(), from, line.stride(0), x, 0, length, scratch);
            softmax(x, length, logarithm, scratch);
            ConvertedSegments.write(x, 0, output.dtype(), to, line.stride(1), length, scratch);
          }
        });
  }

  private void softmax(float[] x, int length, boolean logarithm, Scratch scratch) {
    float largest = kernels.max(x, 0, length);
    if (logarithm) {
      float[] copy = scratch.floatRow(1, length);
      System.arraycopy(x, 0, copy, 0, length);
      double sum = exponentials(copy, length, largest);
      kernels.scaleShift(x, 0, length, 1, -largest);
      kernels.scaleShift(x, 0, length, 1, -FloatMath.log((float) sum));
    } else {
      double sum = exponentials(x, length, largest);
      kernels.scaleShift(x, 0, length, (float) (1 / sum), 0);
    }
  }

  private double exponentials(float[] x, int length, float shift) {
    double sum = 0;
    for (int at = 0; at < length; at += Scratch.BLOCK) {
      sum += kernels.exponentials(x, at, Math.min(Scratch.BLOCK, length - at), 1, shift);
    }
    return sum;
  }

  void backward(View gradient, View output, int dim, boolean logarithm, View inputGradient) {
    if (output.numel() == 0) {
      return;
    }
    Line line = Line.along(dim, gradient, output, inputGradient);
    int length = Math.toIntExact(line.length());
    forEachLine(
        line,
        3,
        (cursor, scratch) -> {
          long gradientAt = at(gradient, cursor.offset(0));
          long outputAt = at(output, cursor.offset(1));
          long to = at(inputGradient, cursor.offset(2));
          if (output.dtype() == DType.FLOAT64) {
            double[] g = scratch.doubleRow(0, length);
            double[] y = scratch.doubleRow(1, length);
            ConvertedSegments.read(
                gradient.dtype(), gradientAt, line.stride(0), g, 0, length, scratch);
            ConvertedSegments.read(output.dtype(), outputAt, line.stride(1), y, 0, length, scratch);
            DoubleRows.softmaxGradient(g, y, length, logarithm);
            ConvertedSegments.write(
                g, 0, inputGradient.dtype(), to, line.stride(2), length, scratch);
          } else {
            float[] g = scratch.floatRow(0, length);
            float[] y = scratch.floatRow(1, length);
            ConvertedSegments.read(
                gradient.dtype(), gradientAt, line.stride(0), g, 0, length, scratch);
            ConvertedSegments.read(output.dtype(), outputAt, line.stride(1), y, 0, length, scratch);
            softmaxGradient(g, y, length, logarithm);
            ConvertedSegments.write(
                g, 0, inputGradient.dtype(), to, line.stride(2), length, scratch);
          }
        });
  }

  private void softmaxGradient(float[] g, float[] y, int length, boolean logarithm) {
    double sum = 0;
    for (int at = 0; at < length; at += Scratch.BLOCK) {
      int count = Math.min(Scratch.BLOCK, length - at);
      sum += logarithm ? kernels.sum(g, at, count) : kernels.dot(g, at, y, at, count);
    }
    if (logarithm) {
      kernels.unary(UnaryFunction.EXP, y, y, length);
      kernels.addScaled(y, 0, -(float) sum, g, 0, length);
    } else {
      kernels.shiftMultiply(g, 0, length, (float) sum, y, 0);
    }
  }

  private interface LineBody {
    void run(LoopNest.Cursor cursor, Scratch scratch);
  }

  private void forEachLine(Line line, int views, LineBody body) {
    long lines = line.others().count();
    long linesOfChunk = Math.max(1, CHUNK / line.length());
    team.run(
        Math.toIntExact((lines + linesOfChunk - 1) / linesOfChunk),
        chunk -> {
          Scratch scratch = Scratch.current();
          long start = chunk * linesOfChunk;
          long end = Math.min(lines, start + linesOfChunk);
          LoopNest.Cursor cursor = line.others().cursor(views, start);
          for (long i = start; i < end; i++, cursor.advance()) {
            body.run(cursor, scratch);
          }
        });
  }

  private static long at(View view, long offset) {
    return view.address() + offset * view.dtype().bytes();
  }
}
