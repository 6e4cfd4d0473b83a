package ai.cresset.data;

import ai.cresset.error.DataException;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Functional;
import ai.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Data sets of one form, one after the other. It closes them. */
public final class ConcatDataset implements Dataset {
  private final List<Dataset> parts;
  private final long size;

  /** At least one data set, all with tensors of the same names, types and shapes. */
  public ConcatDataset(List<? extends Dataset> parts) {
    if (parts.isEmpty()) {
      throw DataException.because("a concatenation of no data sets; expected at least one");
    }
    this.parts = List.copyOf(parts);
    this.size = parts.stream().mapToLong(Dataset::size).sum();
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public Batch gather(long[] samples) {
    return gather(samples, Dataset::gather);
  }

  @Override
  public Batch gather(long[] samples, long epoch) {
    return gather(samples, (part, chosen) -> part.gather(chosen, epoch));
  }

  private interface Gather {
    Batch from(Dataset part, long[] samples);
  }

  private Batch gather(long[] samples, Gather gather) {
    try (Scope scope = Scope.open("parts of a batch")) {
      List<Batch> batches = new ArrayList<>();
      long[] place = new long[samples.length];
      long placed = 0;
      long begin = 0;
      for (Dataset part : parts) {
        List<Long> chosen = new ArrayList<>();
        for (int i = 0; i < samples.length; i++) {
          if (samples[i] >= begin && samples[i] < begin + part.size()) {
            chosen.add(samples[i] - begin);
            place[i] = placed++;
          }
        }
        if (!chosen.isEmpty()) {
          batches.add(gather.from(part, chosen.stream().mapToLong(Long::longValue).toArray()));
        }
        begin += part.size();
      }
      if (placed < samples.length) {
        throw DataException.because(
            "a sample outside of 0 to " + (size - 1) + " of a data set of " + size + " samples");
      }
      return joined(batches, place).keptFrom(scope);
    }
  }

  private static Batch joined(List<Batch> batches, long[] place) {
    Tensor order = Tensor.of(place, place.length);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (String name : batches.get(0).tensors().keySet()) {
      Tensor whole = Functional.cat(batches.stream().map(each -> each.get(name)).toList(), 0);
      tensors.put(name, whole.indexSelect(0, order));
    }
    return Batch.of(tensors);
  }

  @Override
  public String fingerprint() {
    Fingerprint digest = new Fingerprint();
    parts.forEach(part -> digest.add(part.fingerprint()));
    return digest.hex();
  }

  @Override
  public void close() {
    parts.forEach(Dataset::close);
  }
}
