package ai.cresset.data;

import ai.cresset.error.DataException;
import ai.cresset.memory.Scope;
import java.util.ArrayList;
import java.util.List;

/**
 * Samples in batches.
 *
 * @param samples closed with this
 * @param collate makes the batches
 */
record CollatedDataset(SampleDataset samples, Collate collate) implements Dataset {
  @Override
  public long size() {
    return samples.size();
  }

  @Override
  public Batch gather(long[] numbers) {
    return gather(numbers, 0);
  }

  @Override
  public Batch gather(long[] numbers, long epoch) {
    try (Scope scope = Scope.open("samples of a batch")) {
      List<Sample> read = new ArrayList<>(numbers.length);
      for (long number : numbers) {
        read.add(sample(number, epoch));
      }
      return collate.collate(read).keptFrom(scope);
    }
  }

  private Sample sample(long number, long epoch) {
    if (number < 0 || number >= samples.size()) {
      throw DataException.because(
          "sample " + number + " of a data set of " + samples.size() + " samples");
    }
    try (Scope scope = Scope.open("sample")) {
      return samples.get(number, epoch).keptFrom(scope);
    } catch (RuntimeException e) {
      throw DataException.sample(number, samples.describe(number), e);
    }
  }

  @Override
  public String fingerprint() {
    return samples.fingerprint();
  }

  @Override
  public void close() {
    samples.close();
  }
}
