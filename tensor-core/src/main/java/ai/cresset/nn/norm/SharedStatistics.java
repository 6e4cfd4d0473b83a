package ai.cresset.nn.norm;

import ai.cresset.error.ShapeException;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.tensor.autograd.Recompute;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Batch norm with the statistics of all workers: sums and counts first, squares around the common
 * mean second, so that no digits are lost. Written with differentiable operations and {@link
 * GroupSum}, whose gradient is a sum over the workers again.
 */
record SharedStatistics(StatisticsGroup group, double epsilon) {
  Tensor normalize(
      Tensor x,
      @Nullable Tensor runningMean,
      @Nullable Tensor runningVar,
      @Nullable Tensor weight,
      @Nullable Tensor bias,
      double momentum) {
    long channels = x.size(1);
    long[] sizes = new long[x.rank()];
    Arrays.fill(sizes, 1);
    sizes[1] = channels;
    Shape broadcast = Shape.of(sizes);
    int[] others = new int[x.rank() - 1];
    for (int dim = 1; dim < others.length; dim++) {
      others[dim] = dim + 1;
    }
    double count = count(x);
    if (count <= 1) {
      throw ShapeException.mismatch(
          "SyncBatchNorm",
          "more than one element for each channel over all workers when training",
          x.shape());
    }
    Tensor wide = x.to(x.dtype() == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32);
    GroupSum sum = new GroupSum(group);
    Tensor mean = sum.apply(wide.sum(others, false)).mul(1 / count);
    Tensor centred = wide.sub(mean.reshape(broadcast));
    Tensor variance = sum.apply(centred.square().sum(others, false)).mul(1 / count);
    Tensor unit = centred.mul(variance.add(epsilon).rsqrt().reshape(broadcast));
    mix(runningMean, mean, momentum);
    mix(runningVar, variance.detach().mul(count / (count - 1)), momentum);
    Tensor scaled = weight == null ? unit : unit.mul(weight.reshape(broadcast));
    return (bias == null ? scaled : scaled.add(bias.reshape(broadcast))).to(x.dtype());
  }

  /** Elements of a channel over all workers. */
  private double count(Tensor x) {
    double own = x.size(1) == 0 ? 0 : (double) x.numel() / x.size(1);
    Tensor counts = Tensor.of(new double[] {own}, 1).to(x.device());
    group.sum(counts);
    return counts.item();
  }

  private static void mix(@Nullable Tensor running, Tensor statistic, double momentum) {
    if (running != null && !Recompute.isRepeating()) {
      try (GradMode.Restore off = GradMode.disable()) {
        running.mul_(1 - momentum).add_(statistic.detach().to(running.dtype()), momentum);
      }
    }
  }
}
