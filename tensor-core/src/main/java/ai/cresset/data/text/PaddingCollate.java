package ai.cresset.data.text;

import ai.cresset.data.Batch;
import ai.cresset.data.Collate;
import ai.cresset.data.Sample;
import ai.cresset.tensor.Functional;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Device;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Batches of samples of different lengths: tensors are filled up at the end of their first
 * dimension to the longest one ({@code torch.nn.utils.rnn.pad_sequence} with {@code batch_first}).
 * The tensor {@link #LENGTHS}, int64 {@code [batch]}, has the lengths of the first of them.
 *
 * @param values what each tensor that may differ in length is filled up with, by name; others are
 *     stacked as they are
 */
public record PaddingCollate(Map<String, Double> values) implements Collate {
  /** The name of the lengths. */
  public static final String LENGTHS = "lengths";

  public PaddingCollate {
    values = Map.copyOf(values);
  }

  /** Fills up {@code inputs}. */
  public PaddingCollate(double value) {
    this(Map.of(Batch.INPUTS, value));
  }

  @Override
  public Batch collate(List<Sample> samples) {
    List<Sample> even = new ArrayList<>(samples);
    long[] lengths = {};
    for (String name : samples.get(0).tensors().keySet()) {
      Double value = values.get(name);
      if (value == null) {
        continue;
      }
      long[] own = samples.stream().mapToLong(each -> each.get(name).size(0)).toArray();
      lengths = lengths.length == 0 ? own : lengths;
      long longest = 0;
      for (long length : own) {
        longest = Math.max(longest, length);
      }
      for (int i = 0; i < own.length; i++) {
        even.set(i, even.get(i).with(name, padded(even.get(i).get(name), longest, value)));
      }
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>(Collate.STACK.collate(even).tensors());
    if (lengths.length > 0) {
      tensors.put(LENGTHS, Tensor.of(lengths, lengths.length));
    }
    return Batch.of(tensors);
  }

  private static Tensor padded(Tensor tensor, long length, double value) {
    long missing = length - tensor.size(0);
    if (missing == 0) {
      return tensor;
    }
    Spec spec = new Spec(tensor.shape().with(0, missing), tensor.dtype(), Device.CPU);
    return Functional.cat(List.of(tensor, Tensor.full(spec, value)), 0);
  }
}
