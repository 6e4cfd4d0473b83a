package ai.cresset.data;

import ai.cresset.error.DataException;
import ai.cresset.error.DeviceException;
import ai.cresset.error.ShapeException;
import ai.cresset.memory.NativeMemory;
import ai.cresset.memory.Scope;
import ai.cresset.memory.Storage;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Samples in memory: tensors by name whose first dimension is the sample ({@code
 * torch.utils.data.TensorDataset}). It keeps the memory alive by references of its own.
 */
public final class TensorDataset implements Dataset {
  private final Map<String, Column> columns = new LinkedHashMap<>();
  private final long size;
  private final String fingerprint;

  private record Column(Storage storage, long address, Spec spec, long rowBytes) {}

  /** A data set over host tensors, at least one, all with the same first size. */
  public TensorDataset(Map<String, Tensor> tensors) {
    size = Batch.of(tensors).size();
    tensors.forEach(TensorDataset::check);
    Fingerprint digest = new Fingerprint();
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      Tensor tensor = entry.getValue();
      Storage storage = tensor.storage().retain();
      long address = storage.address() + tensor.storageOffset() * tensor.dtype().bytes();
      long bytes = tensor.numel() * tensor.dtype().bytes();
      columns.put(
          entry.getKey(),
          new Column(storage, address, tensor.spec(), size == 0 ? 0 : bytes / size));
      digest.add(entry.getKey() + " " + tensor.dtype() + tensor.shape());
      digest.add(address, bytes);
    }
    fingerprint = digest.hex();
  }

  private static void check(String name, Tensor tensor) {
    if (!tensor.device().isHost()) {
      throw DeviceException.because(
          "TensorDataset '"
              + name
              + "': expected a tensor in host memory, got one on "
              + tensor.device()
              + "; keep samples on the host (to(Device.CPU)), batches travel to the model's device"
              + " by themselves");
    }
    if (!tensor.isContiguous()) {
      throw ShapeException.mismatch(
          "TensorDataset '" + name + "'", "a contiguous tensor", tensor.spec() + " with gaps");
    }
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public Batch gather(long[] samples) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    columns.forEach((name, column) -> tensors.put(name, rows(column, samples)));
    return Batch.of(tensors);
  }

  private Tensor rows(Column column, long[] samples) {
    Shape shape = column.spec.shape().with(0, samples.length);
    Tensor rows = Tensor.empty(new Spec(shape, column.spec.dtype(), Device.CPU));
    long to = rows.storage().address();
    for (int i = 0; i < samples.length; i++) {
      if (samples[i] < 0 || samples[i] >= size) {
        Scope.detach(rows).close();
        throw DataException.because(
            "sample " + samples[i] + " of a data set of " + size + " samples");
      }
      NativeMemory.copy(
          column.address + samples[i] * column.rowBytes, to + i * column.rowBytes, column.rowBytes);
    }
    return rows;
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public void close() {
    columns.values().forEach(column -> column.storage.release());
    columns.clear();
  }
}
