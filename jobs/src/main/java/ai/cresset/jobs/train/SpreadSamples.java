package ai.cresset.jobs.train;

import ai.cresset.data.Batch;
import ai.cresset.data.Dataset;

/** Some samples of a data set, evenly spread over it. Closing it closes nothing. */
record SpreadSamples(Dataset whole, long size) implements Dataset {
  /** The whole data set if it has no more than {@code most} samples, or if that is 0. */
  static Dataset of(Dataset whole, long most) {
    return most == 0 || most >= whole.size() ? whole : new SpreadSamples(whole, most);
  }

  @Override
  public Batch gather(long[] samples) {
    long[] places = new long[samples.length];
    for (int i = 0; i < samples.length; i++) {
      places[i] = samples[i] * whole.size() / size;
    }
    return whole.gather(places);
  }

  @Override
  public String fingerprint() {
    return size + " spread samples of " + whole.fingerprint();
  }

  @Override
  public void close() {}
}
