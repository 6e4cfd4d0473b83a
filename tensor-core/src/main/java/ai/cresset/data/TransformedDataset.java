package ai.cresset.data;

import ai.cresset.data.transform.Draws;
import ai.cresset.data.transform.Transform;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Samples with one tensor changed, of a data set that gives batches. Each sample's is given its
 * shape first, so that images may be stored as plain rows of elements.
 *
 * @param plain what they are made of; closed with this
 * @param name of the tensor
 * @param shape of one sample's
 * @param transform what happens to it; results must have one shape
 * @param seed of what chance decides
 */
public record TransformedDataset(
    Dataset plain, String name, List<Long> shape, Transform transform, long seed)
    implements Dataset {
  public TransformedDataset {
    shape = List.copyOf(shape);
  }

  @Override
  public long size() {
    return plain.size();
  }

  @Override
  public Batch gather(long[] samples) {
    return gather(samples, 0);
  }

  @Override
  public Batch gather(long[] samples, long epoch) {
    try (Scope scope = Scope.open("transformed samples")) {
      Batch batch = plain.gather(samples, epoch);
      long[] sizes = shape.stream().mapToLong(Long::longValue).toArray();
      List<Tensor> changed = new ArrayList<>(samples.length);
      for (int i = 0; i < samples.length; i++) {
        Tensor value = batch.get(name).select(0, i).reshape(sizes);
        changed.add(transform.apply(value, new Draws(seed, epoch, samples[i])));
      }
      Map<String, Tensor> tensors = new LinkedHashMap<>(batch.tensors());
      tensors.put(name, Collate.stack(name, changed));
      return Batch.of(tensors).keptFrom(scope);
    }
  }

  @Override
  public String fingerprint() {
    return new Fingerprint()
        .add(plain.fingerprint())
        .add(name + " " + shape + " " + transform + " " + seed)
        .hex();
  }

  @Override
  public void close() {
    plain.close();
  }
}
