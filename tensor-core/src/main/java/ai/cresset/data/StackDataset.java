package ai.cresset.data;

import ai.cresset.error.DataException;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Data sets of one size side by side: sample i has the tensors of sample i of each ({@code
 * torch.utils.data.StackDataset}). Names must differ. It closes them.
 */
public final class StackDataset implements Dataset {
  private final List<Dataset> parts;

  /** At least one data set, all of one size. */
  public StackDataset(List<? extends Dataset> parts) {
    if (parts.isEmpty()) {
      throw DataException.because("a stack of no data sets; expected at least one");
    }
    for (Dataset part : parts) {
      if (part.size() != parts.get(0).size()) {
        throw DataException.because(
            "data sets of "
                + parts.get(0).size()
                + " and "
                + part.size()
                + " samples cannot stand side by side; expected one size");
      }
    }
    this.parts = List.copyOf(parts);
  }

  @Override
  public long size() {
    return parts.get(0).size();
  }

  @Override
  public Batch gather(long[] samples) {
    return gather(part -> part.gather(samples));
  }

  @Override
  public Batch gather(long[] samples, long epoch) {
    return gather(part -> part.gather(samples, epoch));
  }

  private interface Gather {
    Batch from(Dataset part);
  }

  private Batch gather(Gather gather) {
    try (Scope scope = Scope.open("parts of a batch")) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      for (Dataset part : parts) {
        for (Map.Entry<String, Tensor> each : gather.from(part).tensors().entrySet()) {
          if (tensors.put(each.getKey(), each.getValue()) != null) {
            throw DataException.because(
                "two of the data sets side by side have a tensor '"
                    + each.getKey()
                    + "'; give it another name in one of them");
          }
        }
      }
      return Batch.of(tensors).keptFrom(scope);
    }
  }

  @Override
  public String fingerprint() {
    Fingerprint digest = new Fingerprint().add("stack");
    parts.forEach(part -> digest.add(part.fingerprint()));
    return digest.hex();
  }

  @Override
  public void close() {
    parts.forEach(Dataset::close);
  }
}
