package ai.cresset.data;

import ai.cresset.error.ConfigException;
import ai.cresset.error.DataException;

/**
 * Which samples make up the global batch of a step. A pure function of (seed, epoch, step): neither
 * the number of ranks nor what happened before plays a part.
 *
 * @param sampler the order of samples
 * @param batchSize samples of a step, over all ranks
 * @param dropLast whether a shorter batch at the end of an epoch is left out
 */
public record BatchPlan(Sampler sampler, long batchSize, boolean dropLast) {
  public BatchPlan {
    if (batchSize < 1) {
      throw ConfigException.value("batchSize", batchSize, "at least 1");
    }
    if (sampler.epochSize() < 1) {
      throw DataException.because("the data set has no samples; nothing can be trained on it");
    }
    if (dropLast && sampler.epochSize() < batchSize) {
      throw DataException.because(
          "the data set has "
              + sampler.epochSize()
              + " samples, fewer than one batch of "
              + batchSize
              + ", and dropLast leaves out short batches; lower batchSize or switch dropLast off");
    }
  }

  /** Steps of an epoch; {@code Long.MAX_VALUE / batchSize} if it has no end. */
  public long stepsPerEpoch() {
    long whole = sampler.epochSize() / batchSize;
    boolean rest = !isEndless() && !dropLast && sampler.epochSize() % batchSize != 0;
    return rest ? whole + 1 : whole;
  }

  private boolean isEndless() {
    return sampler.epochSize() == Long.MAX_VALUE;
  }

  /** Where a step of the whole run stands. */
  public DataPosition position(long step) {
    return new DataPosition(step / stepsPerEpoch(), step % stepsPerEpoch());
  }

  /** The size of a step's global batch. */
  public long size(DataPosition at) {
    return Math.min(batchSize, sampler.epochSize() - at.step() * batchSize);
  }

  /** The samples of this rank at a step, in order; may be none. */
  public long[] samples(DataPosition at, Share share) {
    if (at.step() >= stepsPerEpoch()) {
      throw DataException.because(
          "step " + at.step() + " of an epoch of " + stepsPerEpoch() + " steps");
    }
    long size = size(at);
    long begin = share.begin(size);
    long[] samples = new long[(int) (share.end(size) - begin)];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = sampler.sample(at.epoch(), at.step() * batchSize + begin + i);
    }
    return samples;
  }

  /** Whether the epoch of this step ends with it. */
  public boolean endsEpoch(DataPosition at) {
    return at.step() + 1 == stepsPerEpoch();
  }

  /** The samples that an epoch leaves out. */
  public SampleTally dropped(long epoch) {
    SampleTally dropped = SampleTally.NONE;
    if (!dropLast || isEndless()) {
      return dropped;
    }
    for (long place = stepsPerEpoch() * batchSize; place < sampler.epochSize(); place++) {
      dropped = dropped.plus(SampleTally.of(sampler.sample(epoch, place)));
    }
    return dropped;
  }

  /** What decides the samples of each step, in words. */
  public String description() {
    return sampler.description()
        + ", batches of "
        + batchSize
        + (dropLast ? ", short ones dropped" : "");
  }
}
