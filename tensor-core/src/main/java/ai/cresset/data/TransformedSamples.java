package ai.cresset.data;

import ai.cresset.data.transform.Draws;
import ai.cresset.data.transform.Transform;
import ai.cresset.memory.Scope;

/**
 * Samples with one tensor changed.
 *
 * @param plain what they are made of; closed with this
 * @param name of the tensor
 * @param transform what happens to it
 * @param seed of what chance decides
 */
record TransformedSamples(SampleDataset plain, String name, Transform transform, long seed)
    implements SampleDataset {
  @Override
  public long size() {
    return plain.size();
  }

  @Override
  public Sample get(long index, long epoch) {
    try (Scope scope = Scope.open("transformed sample")) {
      Sample sample = plain.get(index, epoch);
      return sample
          .with(name, transform.apply(sample.get(name), new Draws(seed, epoch, index)))
          .keptFrom(scope);
    }
  }

  @Override
  public String describe(long index) {
    return plain.describe(index);
  }

  @Override
  public String fingerprint() {
    return new Fingerprint()
        .add(plain.fingerprint())
        .add(name + " " + transform + " " + seed)
        .hex();
  }

  @Override
  public void close() {
    plain.close();
  }
}
