package ai.cresset.data;

import ai.cresset.error.DataException;

/** Some samples of a data set, each once per epoch, in a new order each epoch. */
public final class SubsetRandomSampler implements Sampler {
  private final long datasetSize;
  private final long[] samples;
  private final long seed;

  /**
   * A sampler.
   *
   * @param datasetSize samples of the whole data set
   * @param samples numbers of those that shall come
   */
  public SubsetRandomSampler(long datasetSize, long[] samples, long seed) {
    for (long sample : samples) {
      if (sample < 0 || sample >= datasetSize) {
        throw DataException.because(
            "sample " + sample + " of a data set of " + datasetSize + " samples");
      }
    }
    this.datasetSize = datasetSize;
    this.samples = samples.clone();
    this.seed = seed;
  }

  @Override
  public long datasetSize() {
    return datasetSize;
  }

  @Override
  public long epochSize() {
    return samples.length;
  }

  @Override
  public long sample(long epoch, long position) {
    return samples[(int) new Permutation(samples.length, seed, epoch).at(position)];
  }

  @Override
  public String description() {
    return samples.length + " samples shuffled with seed " + seed;
  }
}
