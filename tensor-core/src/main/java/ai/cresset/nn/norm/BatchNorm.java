package ai.cresset.nn.norm;

import ai.cresset.nn.Placement;
import ai.cresset.nn.functional.Normalizations;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.tensor.autograd.Recompute;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What batch norms over inputs of different ranks share. */
public abstract sealed class BatchNorm extends RunningNorm
    permits BatchNorm1d, BatchNorm2d, BatchNorm3d, SyncBatchNorm {
  private @Nullable StatisticsGroup group;

  BatchNorm(long features, RunningNormOptions options, Placement placement) {
    super(features, options, placement);
  }

  /** From now on takes the statistics of all workers of a group in training. */
  final void synchronize(StatisticsGroup workers) {
    group = workers;
  }

  abstract void checkShape(Tensor input);

  @Override
  protected final Tensor forward(Tensor input) {
    return forward(input, false);
  }

  /** {@link #call} and a ReLU behind it, in one pass where nothing stands between the two. */
  public final Tensor callRectified(Tensor input) {
    return isPlain()
        ? scoped(List.of(input), inputs -> forward(inputs.get(0), true))
        : call(input).relu();
  }

  private Tensor forward(Tensor input, boolean rectified) {
    checkShape(input);
    StatisticsGroup workers = group;
    if (workers != null && isTraining()) {
      Tensor normal =
          new SharedStatistics(workers, options.epsilon())
              .normalize(input, runningMean, runningVar, scale(), shift(), counted());
      return rectified ? normal.relu() : normal;
    }
    boolean ownStatistics = isTraining() || runningMean == null;
    if (rectified) {
      return Normalizations.batchNormRelu(
          input,
          runningMean,
          runningVar,
          scale(),
          shift(),
          ownStatistics,
          isTraining() ? counted() : 0,
          options.epsilon());
    }
    return Normalizations.batchNorm(
        input,
        runningMean,
        runningVar,
        scale(),
        shift(),
        ownStatistics,
        isTraining() ? counted() : 0,
        options.epsilon());
  }

  /** Counts a batch; gives its share in the running statistics. */
  private double counted() {
    Double momentum = options.momentum();
    if (batches == null) {
      return 0;
    }
    if (!Recompute.isRepeating()) {
      try (GradMode.Restore off = GradMode.disable()) {
        batches.add_(Tensor.ones(batches.spec()));
      }
    }
    return momentum == null ? 1 / batches.item() : momentum;
  }
}
