package ai.cresset.data;

import ai.cresset.error.DataException;

/** Every sample once per epoch, in a new order each epoch. */
public record ShuffledSampler(long datasetSize, long seed) implements Sampler {
  public ShuffledSampler {
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
    return new Permutation(datasetSize, seed, epoch).at(position);
  }

  @Override
  public String description() {
    return "shuffled with seed " + seed;
  }
}
