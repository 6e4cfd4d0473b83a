package ai.cresset.data;

import ai.cresset.error.DataException;

/** Samples in the order of the data set, the same in every epoch. */
public record SequentialSampler(long datasetSize) implements Sampler {
  public SequentialSampler {
    if (datasetSize < 0) {
      throw DataException.because("a data set of " + datasetSize + " samples");
    }
  }

  @Override
  public long epochSize() {
    return datasetSize;
  }

  @Override
  public long sample(long epoch, long position) {
    return position;
  }

  @Override
  public String description() {
    return "sequential";
  }
}
