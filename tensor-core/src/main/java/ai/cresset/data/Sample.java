package ai.cresset.data;

import ai.cresset.error.DataException;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One sample: tensors by name, without a dimension for the batch. The conventional names are those
 * of {@link Batch}.
 */
public record Sample(Map<String, Tensor> tensors) {
  public Sample {
    if (tensors.isEmpty()) {
      throw DataException.because("a sample needs at least one tensor, got none");
    }
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
  }

  /** An input and its target. */
  public static Sample of(Tensor input, Tensor target) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put(Batch.INPUTS, input);
    tensors.put(Batch.TARGETS, target);
    return new Sample(tensors);
  }

  /** An input and the class it belongs to, an int64 scalar. */
  public static Sample of(Tensor input, long label) {
    return of(input, Tensor.full(Tensor.spec(DType.INT64), label));
  }

  /** An input alone. */
  public static Sample of(Tensor input) {
    return new Sample(Map.of(Batch.INPUTS, input));
  }

  /** The tensor of this name. */
  public Tensor get(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw DataException.because(
          "this sample has no tensor '" + name + "'; it has " + tensors.keySet());
    }
    return tensor;
  }

  /** The same with another tensor under this name. */
  public Sample with(String name, Tensor tensor) {
    Map<String, Tensor> changed = new LinkedHashMap<>(tensors);
    changed.put(name, tensor);
    return new Sample(changed);
  }

  /** Hands what this scope owns to the one around it. */
  Sample keptFrom(Scope scope) {
    tensors.values().forEach(scope::keep);
    return this;
  }
}
