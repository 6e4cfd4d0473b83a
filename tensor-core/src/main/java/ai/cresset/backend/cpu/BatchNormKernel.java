package ai.cresset.backend.cpu;

import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.View;
import ai.cresset.memory.NativeMemory;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Batch normalisation of dense float32 {@code [places, channels]} and its gradients. Places are
 * handled in lines of about a block, so that few channels fill vectors too. Sums run in float32
 * over one chunk and in float64 over chunks, which are cut by sizes only.
 */
final class BatchNormKernel {
  /** Elements of one chunk. */
  private static final long CHUNK = 64L * Scratch.BLOCK;

  private final ThreadTeam team;
  private final FloatKernels kernels;

  BatchNormKernel(ThreadTeam team, FloatKernels kernels) {
    this.team = team;
    this.kernels = kernels;
  }

  /** How places are cut into lines and chunks. */
  private record Plan(int channels, int places, int line, int linesOfChunk) {
    static Plan of(View input) {
      int places = Math.toIntExact(input.shape().size(0));
      int channels = Math.toIntExact(input.shape().size(1));
      int together = Math.max(1, Math.min(places, Scratch.BLOCK / channels));
      int line = together * channels;
      return new Plan(channels, places, line, Math.toIntExact(Math.max(1, CHUNK / line)));
    }

    int chunks() {
      long elements = (long) places * channels;
      long each = (long) line * linesOfChunk;
      return Math.toIntExact((elements + each - 1) / each);
    }

    /** The first element of a chunk. */
    long start(int chunk) {
      return (long) chunk * line * linesOfChunk;
    }

    long end(int chunk) {
      return Math.min((long) places * channels, start(chunk + 1));
    }
  }

  /** What is done with the elements from {@code at} on, of which there are {@code count}. */
  private interface Line {
    void run(long at, int count);
  }

  private static void eachLine(Plan plan, int chunk, Line line) {
    long end = plan.end(chunk);
    for (long at = plan.start(chunk); at < end; at += plan.line()) {
      line.run(at, (int) Math.min(plan.line(), end - at));
    }
  }

  void forward(
      View input,
      @Nullable View weight,
      @Nullable View bias,
      double epsilon,
      boolean rectified,
      View output,
      View mean,
      View variance,
      View inverseDeviation) {
    Plan plan = Plan.of(input);
    int channels = plan.channels();
    float[] shift = shift(input, plan);
    double[][] sums = statistics(input, plan, shift);
    float[] means = new float[channels];
    float[] variances = new float[channels];
    float[] inverses = new float[channels];
    for (int i = 0; i < channels; i++) {
      double average = sums[0][i] / plan.places();
      double spread = Math.max(0, sums[1][i] / plan.places() - average * average);
      means[i] = (float) (shift[i] + average);
      variances[i] = (float) spread;
      inverses[i] = (float) (1 / Math.sqrt(spread + epsilon));
    }
    NativeMemory.write(means, 0, mean.address(), channels);
    NativeMemory.write(variances, 0, variance.address(), channels);
    NativeMemory.write(inverses, 0, inverseDeviation.address(), channels);
    Result result = Result.of(plan, weight, bias, means, inverses);
    float[] zeros = new float[rectified ? plan.line() : 0];
    team.run(
        plan.chunks(),
        chunk -> {
          float[] x = Scratch.current().floatRow(0, plan.line());
          eachLine(
              plan,
              chunk,
              (at, count) -> {
                NativeMemory.read(input.address() + at * Float.BYTES, x, 0, count);
                kernels.fma(x, result.scales(), result.offsets(), x, count);
                if (rectified) {
                  kernels.binaryUniform(BinaryFunction.MAX, x, zeros, x, count);
                }
                NativeMemory.write(x, 0, output.address() + at * Float.BYTES, count);
              });
        });
  }

  /**
   * A line's factors and terms: {@code x * scale + offset} is the result before it is rectified.
   */
  private record Result(float[] scales, float[] offsets) {
    static Result of(
        Plan plan, @Nullable View weight, @Nullable View bias, float[] means, float[] inverses) {
      int channels = plan.channels();
      float[] scale = weight == null ? inverses.clone() : read(weight, channels);
      float[] offset = bias == null ? new float[channels] : read(bias, channels);
      for (int i = 0; i < channels; i++) {
        scale[i] = weight == null ? inverses[i] : scale[i] * inverses[i];
        offset[i] = Math.fma(-means[i], scale[i], offset[i]);
      }
      return new Result(repeated(scale, plan), repeated(offset, plan));
    }
  }

  /** Lets gradients through where the result was not rectified. */
  private final class Gate {
    private final @Nullable Result result;
    private final float[] zeros;

    /**
     * @param result computed again, which costs less than to read it; null if it was not rectified
     */
    Gate(@Nullable Result result, Plan plan) {
      this.result = result;
      this.zeros = new float[result == null ? 0 : plan.line()];
    }

    void pass(float[] x, float[] gradient, Scratch scratch, int count) {
      if (result == null) {
        return;
      }
      float[] y = scratch.floatRow(4, zeros.length);
      kernels.fma(x, result.scales(), result.offsets(), y, count);
      kernels.binaryUniform(BinaryFunction.LE, y, zeros, y, count);
      kernels.select(y, zeros, gradient, gradient, count);
    }
  }

  private static float[] read(View view, int channels) {
    float[] values = new float[channels];
    NativeMemory.read(view.address(), values, 0, channels);
    return values;
  }

  /** The channels' numbers for every place of a line. */
  private static float[] repeated(float[] values, Plan plan) {
    float[] line = new float[plan.line()];
    for (int at = 0; at < line.length; at += plan.channels()) {
      System.arraycopy(values, 0, line, at, plan.channels());
    }
    return line;
  }

  /** The means of the first line: near enough to those of all that squares keep their digits. */
  private static float[] shift(View input, Plan plan) {
    int channels = plan.channels();
    float[] first = new float[plan.line()];
    NativeMemory.read(input.address(), first, 0, plan.line());
    float[] means = new float[channels];
    int places = plan.line() / channels;
    for (int i = 0; i < channels; i++) {
      double sum = 0;
      for (int place = 0; place < places; place++) {
        sum += first[place * channels + i];
      }
      means[i] = (float) (sum / places);
    }
    return means;
  }

  /** The sums of differences to the shift and of their squares, for each channel. */
  private double[][] statistics(View input, Plan plan, float[] shift) {
    float[] shifts = repeated(shift, plan);
    return sums(
        plan,
        (chunk, first, second) -> {
          float[] x = Scratch.current().floatRow(2, plan.line());
          eachLine(
              plan,
              chunk,
              (at, count) -> {
                NativeMemory.read(input.address() + at * Float.BYTES, x, 0, count);
                kernels.accumulateMoments(x, shifts, first, second, count);
              });
        });
  }

  /** Adds the lines of a chunk up in two lines, which begin as zeros. */
  private interface ChunkSums {
    void run(int chunk, float[] first, float[] second);
  }

  private double[][] sums(Plan plan, ChunkSums body) {
    int channels = plan.channels();
    int chunks = plan.chunks();
    // A row of partial sums for each chunk, because chunks run in any order.
    double[] firsts = new double[chunks * channels];
    double[] seconds = new double[chunks * channels];
    team.run(
        chunks,
        chunk -> {
          Scratch scratch = Scratch.current();
          float[] first = scratch.floatRow(0, plan.line());
          float[] second = scratch.floatRow(1, plan.line());
          Arrays.fill(first, 0, plan.line(), 0);
          Arrays.fill(second, 0, plan.line(), 0);
          body.run(chunk, first, second);
          for (int at = 0; at < plan.line(); at += channels) {
            for (int i = 0; i < channels; i++) {
              firsts[chunk * channels + i] += first[at + i];
              seconds[chunk * channels + i] += second[at + i];
            }
          }
        });
    for (int chunk = 1; chunk < chunks; chunk++) {
      for (int i = 0; i < channels; i++) {
        firsts[i] += firsts[chunk * channels + i];
        seconds[i] += seconds[chunk * channels + i];
      }
    }
    return new double[][] {firsts, seconds};
  }

  void backward(
      View gradient,
      View input,
      @Nullable View weight,
      @Nullable View bias,
      boolean rectified,
      View mean,
      View inverseDeviation,
      @Nullable View inputGradient,
      @Nullable View weightGradient,
      @Nullable View biasGradient) {
    Plan plan = Plan.of(input);
    int channels = plan.channels();
    float[] means = read(mean, channels);
    float[] inverses = read(inverseDeviation, channels);
    float[] meanLine = repeated(means, plan);
    Gate gate = new Gate(rectified ? Result.of(plan, weight, bias, means, inverses) : null, plan);
    double[][] sums =
        sums(
            plan,
            (chunk, first, second) -> {
              Scratch scratch = Scratch.current();
              float[] x = scratch.floatRow(2, plan.line());
              float[] g = scratch.floatRow(3, plan.line());
              eachLine(
                  plan,
                  chunk,
                  (at, count) -> {
                    NativeMemory.read(input.address() + at * Float.BYTES, x, 0, count);
                    NativeMemory.read(gradient.address() + at * Float.BYTES, g, 0, count);
                    gate.pass(x, g, scratch, count);
                    kernels.accumulateAlong(g, x, meanLine, first, second, count);
                  });
            });
    float[] toWeight = new float[channels];
    float[] toBias = new float[channels];
    for (int i = 0; i < channels; i++) {
      toBias[i] = (float) sums[0][i];
      toWeight[i] = (float) (sums[1][i] * inverses[i]);
    }
    if (weightGradient != null) {
      NativeMemory.write(toWeight, 0, weightGradient.address(), channels);
    }
    if (biasGradient != null) {
      NativeMemory.write(toBias, 0, biasGradient.address(), channels);
    }
    if (inputGradient == null) {
      return;
    }
    // g * scale + x * slope + offset
    float[] scale = weight == null ? inverses.clone() : read(weight, channels);
    float[] slope = new float[channels];
    float[] offset = new float[channels];
    for (int i = 0; i < channels; i++) {
      scale[i] = weight == null ? inverses[i] : scale[i] * inverses[i];
      double along = sums[1][i] * inverses[i] * inverses[i] / plan.places();
      slope[i] = (float) (-scale[i] * along);
      offset[i] = (float) (scale[i] * (along * means[i] - sums[0][i] / plan.places()));
    }
    float[] scales = repeated(scale, plan);
    float[] slopes = repeated(slope, plan);
    float[] offsets = repeated(offset, plan);
    team.run(
        plan.chunks(),
        chunk -> {
          Scratch scratch = Scratch.current();
          float[] x = scratch.floatRow(0, plan.line());
          float[] g = scratch.floatRow(1, plan.line());
          eachLine(
              plan,
              chunk,
              (at, count) -> {
                NativeMemory.read(input.address() + at * Float.BYTES, x, 0, count);
                NativeMemory.read(gradient.address() + at * Float.BYTES, g, 0, count);
                gate.pass(x, g, scratch, count);
                kernels.fma(x, slopes, offsets, x, count);
                kernels.fma(g, scales, x, x, count);
                NativeMemory.write(x, 0, inputGradient.address() + at * Float.BYTES, count);
              });
        });
  }
}
