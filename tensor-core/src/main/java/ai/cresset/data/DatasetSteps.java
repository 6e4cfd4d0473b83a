package ai.cresset.data;

import ai.cresset.error.DataException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Steps whose samples a plan chooses from a data set. */
final class DatasetSteps implements StepSource {
  private final Dataset dataset;
  private final BatchPlan plan;
  private final Share share;
  private final long endStep;
  private long step;

  DatasetSteps(Dataset dataset, BatchPlan plan, Share share, long firstStep, long endStep) {
    if (plan.sampler().datasetSize() != dataset.size()) {
      throw DataException.because(
          "the sampler is made for "
              + plan.sampler().datasetSize()
              + " samples, the data set has "
              + dataset.size());
    }
    this.dataset = dataset;
    this.plan = plan;
    this.share = share;
    this.step = firstStep;
    this.endStep = endStep;
  }

  @Override
  public @Nullable PlannedStep next() {
    if (step >= endStep) {
      return null;
    }
    DataPosition position = plan.position(step);
    long[] samples = plan.samples(position, share);
    return new PlannedStep(
        step++,
        position,
        plan.size(position),
        SampleTally.of(samples),
        samples.length,
        (from, to) -> read(Arrays.copyOfRange(samples, from, to), position.epoch()));
  }

  private Batch read(long[] samples, long epoch) {
    Batch batch = dataset.gather(samples, epoch);
    if (batch.size() != samples.length) {
      throw DataException.because(
          "the data set gave a batch of " + batch.size() + " for " + samples.length + " samples");
    }
    return batch;
  }

  /** The data set is the caller's. */
  @Override
  public void close() {}
}
