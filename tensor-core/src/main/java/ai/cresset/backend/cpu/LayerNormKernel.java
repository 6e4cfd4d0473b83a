package ai.cresset.backend.cpu;

import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.View;
import ai.cresset.type.DType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Layer normalisation of rows, and its gradients. */
final class LayerNormKernel {
  private static final long CHUNK = 32L * Scratch.BLOCK;

  private final ThreadTeam team;
  private final FloatKernels kernels;

  LayerNormKernel(ThreadTeam team, FloatKernels kernels) {
    this.team = team;
    this.kernels = kernels;
  }

  void forward(
      View input,
      @Nullable View weight,
      @Nullable View bias,
      double epsilon,
      View output,
      View mean,
      View inverseDeviation) {
    if (output.numel() == 0) {
      return;
    }
    int size = Math.toIntExact(input.shape().size(1));
    forEachChunk(
        input,
        (chunk, start, end) -> {
          Scratch scratch = Scratch.current();
          if (input.dtype() == DType.FLOAT64) {
            double[] x = scratch.doubleRow(0, size);
            double[] w = weight == null ? null : Rows.readDoubles(weight, 1, size, scratch);
            double[] b = bias == null ? null : Rows.readDoubles(bias, 2, size, scratch);
            for (long row = start; row < end; row++) {
              Rows.read(input, row, x, size, scratch);
              double average = DoubleRows.mean(x, size);
              double inverse = 1 / Math.sqrt(DoubleRows.variance(x, size, average) + epsilon);
              DoubleRows.normalize(x, size, average, inverse, w, b);
              Rows.write(x, output, row, size, scratch);
              Rows.put(mean, row, average, scratch);
              Rows.put(inverseDeviation, row, inverse, scratch);
            }
            return;
          }
          float[] x = scratch.floatRow(0, size);
          float[] w = weight == null ? null : Rows.readFloats(weight, 1, size, scratch);
          float[] b = bias == null ? null : Rows.readFloats(bias, 2, size, scratch);
          for (long row = start; row < end; row++) {
            Rows.read(input, row, x, size, scratch);
            float average = (float) (sum(x, size) / size);
            double variance = sumSquares(x, size, average) / size;
            float inverse = (float) (1 / Math.sqrt(variance + epsilon));
            kernels.normalize(x, 0, size, average, inverse);
            if (w != null && b != null) {
              kernels.fma(x, w, b, x, size);
            } else if (w != null) {
              kernels.binary(BinaryFunction.MUL, x, w, x, size);
            } else if (b != null) {
              kernels.binary(BinaryFunction.ADD, x, b, x, size);
            }
            Rows.write(x, output, row, size, scratch);
            Rows.put(mean, row, average, scratch);
            Rows.put(inverseDeviation, row, inverse, scratch);
          }
        });
  }

  private double sum(float[] x, int size) {
    double sum = 0;
    for (int at = 0; at < size; at += Scratch.BLOCK) {
      sum += kernels.sum(x, at, Math.min(Scratch.BLOCK, size - at));
    }
    return sum;
  }

  private double sumSquares(float[] x, int size, float shift) {
    double sum = 0;
    for (int at = 0; at < size; at += Scratch.BLOCK) {
      sum += kernels.sumSquares(x, at, Math.min(Scratch.BLOCK, size - at), shift);
    }
    return sum;
  }

  private double dot(float[] a, float[] b, int size) {
    double sum = 0;
    for (int at = 0; at < size; at += Scratch.BLOCK) {
      sum += kernels.dot(a, at, b, at, Math.min(Scratch.BLOCK, size - at));
    }
    return sum;
  }

  void backward(
      View gradient,
      View input,
      @Nullable View weight,
      View mean,
      View inverseDeviation,
      @Nullable View inputGradient,
      @Nullable View weightGradient,
      @Nullable View biasGradient) {
    int size = Math.toIntExact(input.shape().size(1));
    int chunks = chunks(input);
    boolean parameters = weightGradient != null || biasGradient != null;
    // A row of partial sums for each chunk, because chunks run in any order.
    double[] weights = new double[parameters ? chunks * size : 0];
    double[] biases = new double[weights.length];
    forEachChunk(
        input,
        (chunk, start, end) -> {
          if (input.dtype() == DType.FLOAT64) {
            doubleBackward(
                gradient,
                input,
                weight,
                mean,
                inverseDeviation,
                inputGradient,
                weights,
                biases,
                chunk,
                start,
                end);
          } else {
            floatBackward(
                gradient,
                input,
                weight,
                mean,
                inverseDeviation,
                inputGradient,
                weights,
                biases,
                chunk,
                start,
                end);
          }
        });
    if (weightGradient != null) {
      storeSums(weights, chunks, weightGradient, size);
    }
    if (biasGradient != null) {
      storeSums(biases, chunks, biasGradient, size);
    }
  }

  private static void storeSums(double[] partial, int chunks, View target, int size) {
    double[] sums = new double[size];
    for (int chunk = 0; chunk < chunks; chunk++) {
      for (int i = 0; i < size; i++) {
        sums[i] += partial[chunk * size + i];
      }
    }
    ConvertedSegments.write(
        sums,
        0,
        target.dtype(),
        target.address(),
        target.strides().stride(0),
        size,
        Scratch.current());
  }

  private void floatBackward(
      View gradient,
      View input,
      @Nullable View weight,
      View mean,
      View inverseDeviation,
      @Nullable View inputGradient,
      double[] weights,
      double[] biases,
      int chunk,
      long start,
      long end) {
    Scratch scratch = Scratch.current();
    int size = Math.toIntExact(input.shape().size(1));
    float[] x = scratch.floatRow(0, size);
    float[] g = scratch.floatRow(1, size);
    float[] w = weight == null ? null : Rows.readFloats(weight, 2, size, scratch);
    float[] weightSums = scratch.floatRow(3, size);
    float[] biasSums = scratch.floatRow(4, size);
    Arrays.fill(weightSums, 0, size, 0);
    Arrays.fill(biasSums, 0, size, 0);
    for (long row = start; row < end; row++) {
      float average = (float) Rows.get(mean, row, scratch);
      float inverse = (float) Rows.get(inverseDeviation, row, scratch);
      Rows.read(input, row, x, size, scratch);
      Rows.read(gradient, row, g, size, scratch);
      kernels.normalize(x, 0, size, average, inverse);
      if (weights.length > 0) {
        kernels.accumulateProducts(g, 0, x, 0, weightSums, 0, size);
        kernels.accumulate(g, 0, biasSums, 0, size);
      }
      if (inputGradient != null) {
        if (w != null) {
          kernels.binary(BinaryFunction.MUL, g, w, g, size);
        }
        float shift = (float) (sum(g, size) / size);
        float slope = (float) (dot(g, x, size) / size);
        kernels.normalizeGradient(g, x, 0, size, shift, slope, inverse);
        Rows.write(g, inputGradient, row, size, scratch);
      }
    }
    for (int i = 0; i < size && weights.length > 0; i++) {
      weights[chunk * size + i] = weightSums[i];
      biases[chunk * size + i] = biasSums[i];
    }
  }

  private static void doubleBackward(
      View gradient,
      View input,
      @Nullable View weight,
      View mean,
      View inverseDeviation,
      @Nullable View inputGradient,
      double[] weights,
      double[] biases,
      int chunk,
      long start,
      long end) {
    Scratch scratch = Scratch.current();
    int size = Math.toIntExact(input.shape().size(1));
    double[] x = scratch.doubleRow(0, size);
    double[] g = scratch.doubleRow(1, size);
    double[] w = weight == null ? null : Rows.readDoubles(weight, 2, size, scratch);
    for (long row = start; row < end; row++) {
      double inverse = Rows.get(inverseDeviation, row, scratch);
      Rows.read(input, row, x, size, scratch);
      Rows.read(gradient, row, g, size, scratch);
      DoubleRows.normalize(x, size, Rows.get(mean, row, scratch), inverse, null, null);
      for (int i = 0; i < size && weights.length > 0; i++) {
        weights[chunk * size + i] += g[i] * x[i];
        biases[chunk * size + i] += g[i];
      }
      if (inputGradient != null) {
        DoubleRows.normalizeGradient(g, x, size, inverse, w);
        Rows.write(g, inputGradient, row, size, scratch);
      }
    }
  }

  private interface ChunkBody {
    void run(int chunk, long start, long end);
  }

  private static long rowsOfChunk(View input) {
    return Math.max(1, CHUNK / Math.max(1, input.shape().size(1)));
  }

  private static int chunks(View input) {
    long each = rowsOfChunk(input);
    return Math.toIntExact((input.shape().size(0) + each - 1) / each);
  }

  private void forEachChunk(View input, ChunkBody body) {
    long each = rowsOfChunk(input);
    long rows = input.shape().size(0);
    team.run(
        chunks(input), chunk -> body.run(chunk, chunk * each, Math.min(rows, (chunk + 1) * each)));
  }
}
