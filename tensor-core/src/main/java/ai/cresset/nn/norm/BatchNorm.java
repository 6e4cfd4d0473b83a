package ai.cresset.nn.norm;

import ai.cresset.nn.Placement;
import ai.cresset.nn.functional.Normalizations;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.tensor.autograd.Recompute;
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
    checkShape(input);
    StatisticsGroup workers = group;
    if (workers != null && isTraining()) {
      return new SharedStatistics(workers, options.epsilon())
          .normalize(input, runningMean, runningVar, scale(), shift(), counted());
    }
    boolean ownStatistics = isTraining() || runningMean == null;
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
