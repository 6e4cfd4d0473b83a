package ai.cresset.data;

import ai.cresset.error.DataException;

/** Some samples of a data set, in an order of their own. Closing it closes nothing. */
public final class Subset implements Dataset {
  private final Dataset whole;
  private final long[] samples;

  /**
   * A part.
   *
   * @param whole stays open as long as this is used
   * @param samples numbers in the whole
   */
  public Subset(Dataset whole, long... samples) {
    for (long sample : samples) {
      if (sample < 0 || sample >= whole.size()) {
        throw DataException.because(
            "sample " + sample + " of a data set of " + whole.size() + " samples");
      }
    }
    this.whole = whole;
    this.samples = samples.clone();
  }

  @Override
  public long size() {
    return samples.length;
  }

  @Override
  public Batch gather(long[] numbers) {
    return whole.gather(places(numbers));
  }

  @Override
  public Batch gather(long[] numbers, long epoch) {
    return whole.gather(places(numbers), epoch);
  }

  private long[] places(long[] numbers) {
    long[] places = new long[numbers.length];
    for (int i = 0; i < places.length; i++) {
      if (numbers[i] < 0 || numbers[i] >= samples.length) {
        throw DataException.because(
            "sample " + numbers[i] + " of a data set of " + samples.length + " samples");
      }
      places[i] = samples[(int) numbers[i]];
    }
    return places;
  }

  /** The numbers of these samples in the whole. */
  public long[] samples() {
    return samples.clone();
  }

  @Override
  public String fingerprint() {
    return new Fingerprint().add(whole.fingerprint()).add(samples).hex();
  }

  @Override
  public void close() {}
}
