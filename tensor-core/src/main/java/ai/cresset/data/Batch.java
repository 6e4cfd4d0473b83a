package ai.cresset.data;

import ai.cresset.error.DataException;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Samples side by side: tensors by name whose first dimension is the sample. The conventional names
 * are {@link #INPUTS} and {@link #TARGETS}.
 */
public final class Batch implements AutoCloseable {
  /** What goes into the model. */
  public static final String INPUTS = "inputs";

  /** What shall come out. */
  public static final String TARGETS = "targets";

  private final Map<String, Tensor> tensors;
  private final long size;

  private Batch(Map<String, Tensor> tensors, long size) {
    this.tensors = tensors;
    this.size = size;
  }

  /** A batch of tensors by name, at least one, all with the same first size. */
  public static Batch of(Map<String, Tensor> tensors) {
    if (tensors.isEmpty()) {
      throw DataException.because("a batch needs at least one tensor, got none");
    }
    long size = -1;
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      Tensor tensor = entry.getValue();
      if (tensor.rank() == 0 || (size >= 0 && tensor.size(0) != size)) {
        throw DataException.because(
            "tensor '"
                + entry.getKey()
                + "' of a batch has shape "
                + tensor.shape()
                + "; expected the first size to be the number of samples"
                + (size < 0 ? "" : ", " + size));
      }
      size = tensor.size(0);
    }
    return new Batch(Collections.unmodifiableMap(new LinkedHashMap<>(tensors)), size);
  }

  /** A batch of inputs and targets. */
  public static Batch of(Tensor inputs, Tensor targets) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put(INPUTS, inputs);
    tensors.put(TARGETS, targets);
    return of(tensors);
  }

  /** The number of samples. */
  public long size() {
    return size;
  }

  public Tensor inputs() {
    return get(INPUTS);
  }

  public Tensor targets() {
    return get(TARGETS);
  }

  /** The tensor of this name. */
  public Tensor get(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw DataException.because(
          "this batch has no tensor '" + name + "'; it has " + tensors.keySet());
    }
    return tensor;
  }

  /** All tensors by name, in their order. */
  public Map<String, Tensor> tensors() {
    return tensors;
  }

  /** Further handles of the same tensors: closing one of both batches leaves the other. */
  public Batch share() {
    Map<String, Tensor> handles = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> handles.put(name, tensor.detach()));
    return new Batch(Collections.unmodifiableMap(handles), size);
  }

  /** Hands what this scope owns to the one around it. */
  Batch keptFrom(Scope scope) {
    tensors.values().forEach(scope::keep);
    return this;
  }

  /** Takes the tensors out of every scope, before they go to another thread. */
  Batch release() {
    tensors.values().forEach(Scope::detach);
    return this;
  }

  /** Gives the tensors to the current scope of this thread; without one they are the caller's. */
  Batch adopt() {
    tensors.values().forEach(Scope::register);
    return this;
  }

  @Override
  public void close() {
    tensors.values().forEach(Tensor::close);
  }
}
