package ai.cresset.backend.cpu;

import ai.cresset.backend.View;
import ai.cresset.error.ShapeException;
import ai.cresset.memory.NativeMemory;
import ai.cresset.type.DType;
import java.util.Arrays;

/** Softmax and cross entropy of rows in one pass. */
final class CrossEntropyKernel {
  private static final long CHUNK = 32L * Scratch.BLOCK;

  private final ThreadTeam team;
  private final FloatKernels kernels;

  CrossEntropyKernel(ThreadTeam team, FloatKernels kernels) {
    this.team = team;
    this.kernels = kernels;
  }

  void forward(View logits, View targets, long ignoreIndex, View losses, View logSumExp) {
    int classes = Math.toIntExact(logits.shape().size(1));
    forEachRow(
        logits,
        (row, scratch) -> {
          long target = target(targets, row, ignoreIndex, classes);
          double logSum;
          double chosen;
          if (logits.dtype() == DType.FLOAT64) {
            double[] x = scratch.doubleRow(0, classes);
            Rows.read(logits, row, x, classes, scratch);
            logSum = DoubleRows.logSumExp(x, classes);
            chosen = target == ignoreIndex ? 0 : x[(int) target];
          } else {
            float[] x = scratch.floatRow(0, classes);
            Rows.read(logits, row, x, classes, scratch);
            chosen = target == ignoreIndex ? 0 : x[(int) target];
            float largest = kernels.max(x, 0, classes);
            double sum = 0;
            for (int at = 0; at < classes; at += Scratch.BLOCK) {
              int count = Math.min(Scratch.BLOCK, classes - at);
              sum += kernels.exponentials(x, at, count, 1, largest);
            }
            logSum = (double) largest + FloatMath.log((float) sum);
          }
          Rows.put(logSumExp, row, logSum, scratch);
          Rows.put(losses, row, target == ignoreIndex ? 0 : logSum - chosen, scratch);
        });
  }

  void backward(
      View gradient,
      View logits,
      View targets,
      long ignoreIndex,
      View logSumExp,
      View logitsGradient) {
    int classes = Math.toIntExact(logits.shape().size(1));
    forEachRow(
        logits,
        (row, scratch) -> {
          long target = target(targets, row, ignoreIndex, classes);
          double factor = target == ignoreIndex ? 0 : Rows.get(gradient, row, scratch);
          double logSum = Rows.get(logSumExp, row, scratch);
          if (logits.dtype() == DType.FLOAT64) {
            double[] x = scratch.doubleRow(0, classes);
            Rows.read(logits, row, x, classes, scratch);
            for (int i = 0; i < classes; i++) {
              double onehot = i == target ? 1 : 0;
              x[i] = factor == 0 ? 0 : (StrictMath.exp(x[i] - logSum) - onehot) * factor;
            }
            Rows.write(x, logitsGradient, row, classes, scratch);
            return;
          }
          float[] x = scratch.floatRow(0, classes);
          if (target == ignoreIndex) {
            Arrays.fill(x, 0, classes, 0);
          } else {
            Rows.read(logits, row, x, classes, scratch);
            kernels.exponentials(x, 0, classes, 1, (float) logSum);
            x[(int) target] -= 1;
            kernels.scaleShift(x, 0, classes, (float) factor, 0);
          }
          Rows.write(x, logitsGradient, row, classes, scratch);
        });
  }

  private static long target(View targets, long row, long ignoreIndex, int classes) {
    long target = NativeMemory.getLong(targets.address() + 8 * row * targets.strides().stride(0));
    if (target != ignoreIndex && (target < 0 || target >= classes)) {
      throw ShapeException.index("crossEntropy", target, classes);
    }
    return target;
  }

  private interface RowBody {
    void run(long row, Scratch scratch);
  }

  private void forEachRow(View logits, RowBody body) {
    long rows = logits.shape().size(0);
    long rowsOfChunk = Math.max(1, CHUNK / Math.max(1, logits.shape().size(1)));
    team.run(
        Math.toIntExact((rows + rowsOfChunk - 1) / rowsOfChunk),
        chunk -> {
          Scratch scratch = Scratch.current();
          long end = Math.min(rows, (chunk + 1) * rowsOfChunk);
          for (long row = chunk * rowsOfChunk; row < end; row++) {
            body.run(row, scratch);
          }
        });
  }
}
