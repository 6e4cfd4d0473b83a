package ai.cresset.nn.functional;

import ai.cresset.backend.Averaging;
import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.UnaryFunction;
import ai.cresset.backend.Window;
import ai.cresset.error.ConfigException;
import ai.cresset.error.ShapeException;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.tensor.autograd.Recompute;
import ai.cresset.tensor.op.AveragePool;
import ai.cresset.tensor.op.Dispatch;
import ai.cresset.tensor.op.Evaluate;
import ai.cresset.tensor.op.OperandCasting;
import ai.cresset.tensor.op.Programs;
import ai.cresset.tensor.op.Standardize;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Normalisation over batches, channels and groups. Statistics of 16-bit inputs are computed in
 * float32; the result has the input's type and, where channels are not regrouped, its memory
 * format.
 */
public final class Normalizations {
  /** (x, mean, variance, weight, bias), each broadcast to x. */
  private static final Programs WITH_RUNNING =
      Programs.of(
          Expr.input(0)
              .minus(Expr.input(1))
              .times(Expr.input(2).plus(Expr.scalar(0)).apply(UnaryFunction.RSQRT))
              .times(Expr.input(3))
              .plus(Expr.input(4)),
          5,
          1);

  private Normalizations() {}

  /**
   * Mean 0 and variance 1 for each channel, then scaled and shifted ({@code F.batch_norm}; Ioffe
   * and Szegedy, "Batch Normalization", 2015). In training with the statistics of the batch, which
   * are mixed into the running ones in place; else with the running ones.
   *
   * @param x {@code [batch, channels, ...]}
   * @param runningMean {@code [channels]}
   * @param runningVar {@code [channels]}; takes unbiased variances
   * @param weight {@code [channels]}
   * @param bias {@code [channels]}
   * @param momentum the share of the batch in the running statistics
   */
  public static Tensor batchNorm(
      Tensor x,
      @Nullable Tensor runningMean,
      @Nullable Tensor runningVar,
      @Nullable Tensor weight,
      @Nullable Tensor bias,
      boolean training,
      double momentum,
      double eps) {
    return batchNorm(x, runningMean, runningVar, weight, bias, training, momentum, eps, false);
  }

  /**
   * {@link #batchNorm}, and 0 where the result is below it: the bits of a ReLU behind it, with one
   * pass over memory less in each direction.
   */
  public static Tensor batchNormRelu(
      Tensor x,
      @Nullable Tensor runningMean,
      @Nullable Tensor runningVar,
      @Nullable Tensor weight,
      @Nullable Tensor bias,
      boolean training,
      double momentum,
      double eps) {
    return batchNorm(x, runningMean, runningVar, weight, bias, training, momentum, eps, true);
  }

  private static Tensor batchNorm(
      Tensor x,
      @Nullable Tensor runningMean,
      @Nullable Tensor runningVar,
      @Nullable Tensor weight,
      @Nullable Tensor bias,
      boolean training,
      double momentum,
      double eps,
      boolean rectified) {
    checkChannels("batchNorm", x, runningMean, runningVar, weight, bias);
    if (!training) {
      Tensor found = withRunning("batchNorm", x, runningMean, runningVar, weight, bias, eps);
      return rectified ? found.relu() : found;
    }
    long channels = x.size(1);
    long count = channels == 0 ? 0 : x.numel() / channels;
    if (count == 1) {
      throw ShapeException.mismatch(
          "batchNorm", "more than one element for each channel when training", x.shape());
    }
    long[] statistics = ones(x.rank());
    statistics[1] = channels;
    List<Tensor> found =
        standardize(
            x, Shape.of(statistics), eps, perChannel(weight, x), perChannel(bias, x), rectified);
    mix(runningMean, found.get(1).flatten(), momentum);
    mix(runningVar, found.get(2).flatten().mul(unbiased(count)), momentum);
    return found.get(0);
  }

  /**
   * Mean 0 and variance 1 for each channel of each sample ({@code F.instance_norm}; Ulyanov et al.,
   * 2016). Running statistics are the averages over the batch.
   *
   * @param x {@code [batch, channels, ...]}
   * @param useInputStats whether the samples' own statistics are used, and mixed into the running
   *     ones where there are any
   */
  public static Tensor instanceNorm(
      Tensor x,
      @Nullable Tensor runningMean,
      @Nullable Tensor runningVar,
      @Nullable Tensor weight,
      @Nullable Tensor bias,
      boolean useInputStats,
      double momentum,
      double eps) {
    checkChannels("instanceNorm", x, runningMean, runningVar, weight, bias);
    if (!useInputStats) {
      return withRunning("instanceNorm", x, runningMean, runningVar, weight, bias, eps);
    }
    long[] statistics = ones(x.rank());
    statistics[0] = x.size(0);
    statistics[1] = x.size(1);
    long instances = x.size(0) * x.size(1);
    long count = instances == 0 ? 0 : x.numel() / instances;
    if (count == 1) {
      throw ShapeException.mismatch(
          "instanceNorm", "more than one spatial element when training", x.shape());
    }
    List<Tensor> found = standardized(x, Shape.of(statistics), eps, weight, bias);
    Shape flat = Shape.of(x.size(0), x.size(1));
    int[] batch = {0};
    mix(runningMean, found.get(1).reshape(flat).mean(batch, false), momentum);
    Tensor variance = found.get(2).reshape(flat).mul(unbiased(count));
    mix(runningVar, variance.mean(batch, false), momentum);
    return found.get(0);
  }

  /** The same without running statistics, with eps 1e-5. */
  public static Tensor instanceNorm(Tensor x, @Nullable Tensor weight, @Nullable Tensor bias) {
    return instanceNorm(x, null, null, weight, bias, true, 0, 1e-5);
  }

  /**
   * Mean 0 and variance 1 for each group of channels of each sample, then scaled and shifted by
   * channel ({@code F.group_norm}; Wu and He, 2018).
   *
   * @param x {@code [batch, channels, ...]}
   * @param groups parts of the channels, all of one size
   * @param weight {@code [channels]}
   * @param bias {@code [channels]}
   */
  public static Tensor groupNorm(
      Tensor x, int groups, @Nullable Tensor weight, @Nullable Tensor bias, double eps) {
    checkChannels("groupNorm", x, weight, bias);
    if (groups < 1 || x.size(1) % groups != 0) {
      throw ShapeException.mismatch(
          "groupNorm",
          "channels (dim 1) that divide by " + groups + " groups; change groups",
          x.shape());
    }
    long[] split = new long[x.rank() + 1];
    System.arraycopy(x.shape().toArray(), 0, split, 1, x.rank());
    split[0] = x.size(0);
    split[1] = groups;
    split[2] = x.size(1) / groups;
    long[] statistics = ones(split.length);
    statistics[0] = split[0];
    statistics[1] = groups;
    long[] channels = ones(split.length);
    channels[1] = groups;
    channels[2] = split[2];
    Shape parameters = Shape.of(channels);
    Tensor grouped = OperandCasting.ofFunction("groupNorm", x).reshape(split);
    List<Tensor> found =
        standardize(
            grouped,
            Shape.of(statistics),
            eps,
            weight == null ? null : weight.reshape(parameters),
            bias == null ? null : bias.reshape(parameters));
    return found.get(0).reshape(x.shape());
  }

  /**
   * Root mean square 1 over the trailing dimensions, then scaled ({@code F.rms_norm}; Zhang and
   * Sennrich, 2019).
   *
   * @param x {@code [..., normalizedShape]}
   * @param weight {@code [normalizedShape]}
   */
  public static Tensor rmsNorm(
      Tensor x, Shape normalizedShape, @Nullable Tensor weight, double eps) {
    int lead = x.rank() - normalizedShape.rank();
    long[] trailing =
        lead < 0 ? new long[0] : Arrays.copyOfRange(x.shape().toArray(), lead, x.rank());
    if (normalizedShape.rank() < 1 || !Shape.of(trailing).equals(normalizedShape)) {
      throw ShapeException.mismatch("rmsNorm", "x [..., " + normalizedShape + "]", x.shape());
    }
    if (weight != null && !weight.shape().equals(normalizedShape)) {
      throw ShapeException.mismatch("rmsNorm", "a weight of " + normalizedShape, weight.shape());
    }
    int[] dims = new int[normalizedShape.rank()];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = lead + i;
    }
    Tensor rows = OperandCasting.ofFunction("rmsNorm", x);
    Tensor wide = rows.to(x.dtype() == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32);
    Tensor inverse = wide.square().mean(dims, true).add(eps).rsqrt();
    Tensor unit = wide.mul(inverse);
    return (weight == null ? unit : unit.mul(weight)).to(rows.dtype());
  }

  /** The same with the smallest step of the type at 1 as eps. */
  public static Tensor rmsNorm(Tensor x, Shape normalizedShape, @Nullable Tensor weight) {
    double eps =
        switch (x.dtype()) {
          case FLOAT64 -> 0x1p-52;
          case FLOAT16 -> 0x1p-10;
          case BFLOAT16 -> 0x1p-7;
          default -> 0x1p-23;
        };
    return rmsNorm(x, normalizedShape, weight, eps);
  }

  /**
   * Each element divided by {@code (k + alpha * mean of the squares of neighbouring channels)^beta}
   * ({@code F.local_response_norm}).
   *
   * @param x {@code [batch, channels, ...]}
   * @param size neighbouring channels, itself included
   */
  public static Tensor localResponseNorm(Tensor x, int size, double alpha, double beta, double k) {
    if (x.rank() < 3) {
      throw ShapeException.mismatch(
          "localResponseNorm", "[batch, channels, ...] of rank 3 or more", x.shape());
    }
    long plane = 1;
    for (int dim = 2; dim < x.rank(); dim++) {
      plane *= x.size(dim);
    }
    Tensor squares = x.square().reshape(x.size(0), 1, x.size(1), plane);
    Tensor padded = Padding.pad(squares, 0, 0, size / 2, (size - 1) / 2);
    List<Window> windows =
        List.of(new Window.Sliding(size, 1, 0, 1), new Window.Sliding(1, 1, 0, 1));
    AveragePool pool = new AveragePool(new Averaging(windows, true, 0), Shape.of(x.size(1), plane));
    Tensor mean = Dispatch.apply(pool, padded).reshape(x.shape());
    return x.div(mean.mul(alpha).add(k).pow(beta));
  }

  /** The same with alpha 1e-4, beta 0.75 and k 1. */
  public static Tensor localResponseNorm(Tensor x, int size) {
    return localResponseNorm(x, size, 1e-4, 0.75, 1);
  }

  private static void checkChannels(String op, Tensor x, @Nullable Tensor... parameters) {
    if (x.rank() < 2) {
      throw ShapeException.mismatch(op, "x [batch, channels, ...]", x.shape());
    }
    for (Tensor parameter : parameters) {
      if (parameter != null && !parameter.shape().equals(Shape.of(x.size(1)))) {
        throw ShapeException.mismatch(
            op,
            "weight, bias and statistics of [" + x.size(1) + "], the channels of " + x.shape(),
            parameter.shape());
      }
    }
  }

  private static List<Tensor> standardized(
      Tensor x, Shape statistics, double eps, @Nullable Tensor weight, @Nullable Tensor bias) {
    return standardize(x, statistics, eps, perChannel(weight, x), perChannel(bias, x));
  }

  private static List<Tensor> standardize(
      Tensor x, Shape statistics, double eps, @Nullable Tensor weight, @Nullable Tensor bias) {
    return standardize(x, statistics, eps, weight, bias, false);
  }

  private static List<Tensor> standardize(
      Tensor x,
      Shape statistics,
      double eps,
      @Nullable Tensor weight,
      @Nullable Tensor bias,
      boolean rectified) {
    List<Tensor> inputs = new ArrayList<>(List.of(x));
    if (weight != null) {
      inputs.add(weight);
    }
    if (bias != null) {
      inputs.add(bias);
    }
    return Dispatch.applyAll(
        new Standardize(statistics, eps, weight != null, bias != null, rectified), inputs);
  }

  private static Tensor withRunning(
      String op,
      Tensor x,
      @Nullable Tensor mean,
      @Nullable Tensor variance,
      @Nullable Tensor weight,
      @Nullable Tensor bias,
      double eps) {
    if (mean == null || variance == null) {
      throw ConfigException.because(
          op + ": outside of training it needs running statistics; give them or train");
    }
    Tensor scale = weight == null ? Tensor.ones(mean.spec()) : weight;
    Tensor shift = bias == null ? Tensor.zeros(mean.spec()) : bias;
    Tensor[] operands = new Tensor[5];
    Tensor[] given = {mean, variance, scale, shift};
    operands[0] = x;
    for (int i = 0; i < given.length; i++) {
      operands[i + 1] = broadcast(given[i], x);
    }
    return Evaluate.of(op, WITH_RUNNING, new double[] {eps}, operands).to(x.dtype());
  }

  private static @Nullable Tensor perChannel(@Nullable Tensor parameter, Tensor x) {
    return parameter == null ? null : broadcast(parameter, x);
  }

  private static Tensor broadcast(Tensor parameter, Tensor x) {
    long[] sizes = ones(x.rank());
    sizes[1] = parameter.numel();
    return parameter.reshape(sizes);
  }

  private static long[] ones(int rank) {
    long[] sizes = new long[rank];
    Arrays.fill(sizes, 1);
    return sizes;
  }

  private static double unbiased(long count) {
    return count / Math.max(1.0, count - 1.0);
  }

  private static void mix(@Nullable Tensor running, Tensor statistic, double momentum) {
    if (running != null && statistic.numel() > 0 && !Recompute.isRepeating()) {
      try (GradMode.Restore off = GradMode.disable()) {
        running.mul_(1 - momentum).add_(statistic, momentum);
      }
    }
  }
}
