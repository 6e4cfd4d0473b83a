package ai.cresset.jobs.workload.recommender;

import ai.cresset.data.Batch;
import ai.cresset.data.Dataset;
import ai.cresset.data.arrow.DatasetReader;
import ai.cresset.data.arrow.RowSelection;
import ai.cresset.jobs.feature.ClickCorpus;
import ai.cresset.jobs.feature.FittedFeature;
import ai.cresset.memory.NativeMemory;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Stored rows of a log. A feature of one id is {@code [batch]}; one of several is stored as long as
 * each row has it, and is {@code [batch, longest of the batch]} here, filled up with -1.
 */
final class ClickRows implements Dataset {
  private static final long ABSENT = -1;

  private final DatasetReader reader;
  private final int numbers;
  private final List<FittedFeature> features;

  /**
   * Rows; the reader is closed with them.
   *
   * @param numbers how many numeric columns there are
   */
  ClickRows(DatasetReader reader, int numbers, List<FittedFeature> features) {
    this.reader = reader;
    this.numbers = numbers;
    this.features = List.copyOf(features);
  }

  @Override
  public long size() {
    return reader.rows();
  }

  @Override
  public Batch gather(long[] samples) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    boolean done = false;
    try {
      RowSelection rows = reader.select(samples, 0, samples.length);
      put(tensors, rows, ClickCorpus.LABEL, DType.FLOAT32, Shape.of(samples.length));
      if (numbers > 0) {
        put(tensors, rows, ClickCorpus.NUMBERS, DType.FLOAT32, Shape.of(samples.length, numbers));
      }
      for (FittedFeature feature : features) {
        if (feature.many()) {
          tensors.put(feature.place(), padded(rows, feature.place()));
        } else {
          put(tensors, rows, feature.place(), DType.INT64, Shape.of(samples.length));
        }
      }
      done = true;
      return Batch.of(tensors);
    } finally {
      if (!done) {
        tensors.values().forEach(tensor -> Scope.detach(tensor).close());
      }
    }
  }

  private void put(
      Map<String, Tensor> tensors, RowSelection rows, String name, DType dtype, Shape shape) {
    Tensor made = Tensor.empty(new Spec(shape, dtype, Device.CPU));
    tensors.put(name, made);
    rows.gather(reader.schema().indexOf(name), made.storage().address());
  }

  private Tensor padded(RowSelection rows, String name) {
    int column = reader.schema().indexOf(name);
    int longest = 1;
    for (int i = 0; i < rows.size(); i++) {
      longest = Math.max(longest, rows.length(column, i));
    }
    long[] ids = new long[rows.size() * longest];
    Arrays.fill(ids, ABSENT);
    for (int i = 0; i < rows.size(); i++) {
      int length = rows.length(column, i);
      if (length > 0) {
        NativeMemory.read(rows.address(column, i), ids, i * longest, length);
      }
    }
    return Tensor.of(ids, rows.size(), longest);
  }

  @Override
  public String fingerprint() {
    return reader.manifest().fingerprint();
  }

  @Override
  public void close() {
    reader.close();
  }
}
