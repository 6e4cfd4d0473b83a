package ai.cresset.nn;

import ai.cresset.error.CheckpointException;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Tensors by name, in order, with text metadata: the state of a module, the content of a file. Owns
 * its handles, which belong to no scope; closing frees them. The memory behind may be shared with a
 * model.
 */
public final class StateDict implements AutoCloseable {
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();

  /**
   * Adds a tensor, which this state owns from now on.
   *
   * @throws CheckpointException if the name is taken
   */
  public StateDict put(String name, Tensor tensor) {
    if (tensors.putIfAbsent(name, tensor) != null) {
      throw CheckpointException.because("the state has two tensors named '" + name + "'");
    }
    Scope.detach(tensor);
    return this;
  }

  /** Adds another handle of {@code tensor}'s elements; the caller keeps its own. */
  public StateDict share(String name, Tensor tensor) {
    return put(name, tensor.detach());
  }

  /**
   * The tensor of this name, still owned by this state.
   *
   * @throws CheckpointException if there is none
   */
  public Tensor get(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw CheckpointException.because(
          "the state has no tensor '" + name + "'; it has " + tensors.keySet());
    }
    return tensor;
  }

  public boolean contains(String name) {
    return tensors.containsKey(name);
  }

  public int size() {
    return tensors.size();
  }

  /** All tensors in order; a view. */
  public Map<String, Tensor> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  /** Text that travels along, such as a format or a configuration; may be changed. */
  public Map<String, String> metadata() {
    return metadata;
  }

  /** Bytes of all elements. */
  public long bytes() {
    return tensors.values().stream().mapToLong(each -> each.numel() * each.dtype().bytes()).sum();
  }

  /** A state with memory of its own, which later training does not change. */
  public StateDict copy() {
    StateDict copy = new StateDict();
    tensors.forEach((name, tensor) -> copy.put(name, tensor.detachedClone()));
    copy.metadata.putAll(metadata);
    return copy;
  }

  /** The tensors whose names begin with {@code prefix} and a dot, without it; memory is shared. */
  public StateDict under(String prefix) {
    StateDict part = new StateDict();
    String start = prefix + ".";
    tensors.forEach(
        (name, tensor) -> {
          if (name.startsWith(start)) {
            part.share(name.substring(start.length()), tensor);
          }
        });
    return part;
  }

  @Override
  public void close() {
    tensors.values().forEach(Tensor::close);
    tensors.clear();
  }

  /** Names and specs, one a line. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    tensors.forEach(
        (name, tensor) -> text.append(name).append(' ').append(tensor.spec()).append('\n'));
    return text.toString().stripTrailing();
  }
}
