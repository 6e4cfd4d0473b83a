package ai.cresset.optim;

import ai.cresset.error.CheckpointException;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What an optimizer needs to go on, as flat maps that any file format can hold.
 *
 * <p>Tensors are named {@code slot/parameter} (such as {@code exp_avg/transformer.wte.weight}) and
 * have the parameter's shape. Numbers are named {@code step/parameter}, {@code kind/parameter} and
 * {@code lr/group}. Names are the parameters' own, so that a state fits whatever the grouping is.
 * Owns its tensor handles; closing frees them.
 */
public final class OptimizerState implements AutoCloseable {
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private final Map<String, Double> numbers = new LinkedHashMap<>();

  /** Adds a tensor, which this state owns from now on. */
  public OptimizerState put(String name, Tensor tensor) {
    if (tensors.putIfAbsent(name, tensor) != null) {
      throw CheckpointException.because("the optimizer state has two tensors named '" + name + "'");
    }
    Scope.detach(tensor);
    return this;
  }

  /** Adds a number. */
  public OptimizerState put(String name, double number) {
    numbers.put(name, number);
    return this;
  }

  public Map<String, Tensor> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  public Map<String, Double> numbers() {
    return Collections.unmodifiableMap(numbers);
  }

  @Override
  public void close() {
    tensors.values().forEach(Tensor::close);
    tensors.clear();
  }
}
