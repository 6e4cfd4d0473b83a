package ai.cresset.checkpoint;

import ai.cresset.error.CheckpointException;
import ai.cresset.nn.StateDict;
import ai.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A {@code dict} or {@code OrderedDict}, in order. */
public final class PyTorchDict implements PyTorchValue {
  private static final int SHOWN_KEYS = 8;

  private final Map<PyTorchValue, PyTorchValue> entries = new LinkedHashMap<>();

  /** A dict of a module's state. The tensors must live until the dict is written. */
  public static PyTorchDict of(StateDict state) {
    PyTorchDict dict = new PyTorchDict();
    state.tensors().forEach(dict::put);
    return dict;
  }

  /** Adds or replaces a value and returns this dict. */
  public PyTorchDict put(String key, PyTorchValue value) {
    return put(PyTorchValue.of(key), value);
  }

  public PyTorchDict put(String key, Tensor value) {
    return put(key, new PyTorchTensor(value));
  }

  public PyTorchDict put(String key, StateDict value) {
    return put(key, of(value));
  }

  public PyTorchDict put(String key, String value) {
    return put(key, PyTorchValue.of(value));
  }

  public PyTorchDict put(String key, long value) {
    return put(key, PyTorchValue.of(value));
  }

  public PyTorchDict put(String key, double value) {
    return put(key, PyTorchValue.of(value));
  }

  public PyTorchDict put(String key, boolean value) {
    return put(key, PyTorchValue.of(value));
  }

  /**
   * Adds or replaces a value under a key that need not be text.
   *
   * @throws CheckpointException if the key is a container or a tensor
   */
  public PyTorchDict put(PyTorchValue key, PyTorchValue value) {
    if (!key.isKey()) {
      throw CheckpointException.because(
          "a dict needs keys that are str, int, float, bool, bytes or None, got " + key);
    }
    entries.put(key, value);
    return this;
  }

  /** All entries in order; a view. */
  public Map<PyTorchValue, PyTorchValue> entries() {
    return Collections.unmodifiableMap(entries);
  }

  public boolean has(String key) {
    return entries.containsKey(PyTorchValue.of(key));
  }

  @Override
  public String kind() {
    return "dict";
  }

  @Override
  public PyTorchDict dict() {
    return this;
  }

  @Override
  public PyTorchValue get(String key) {
    PyTorchValue found = entries.get(PyTorchValue.of(key));
    if (found == null) {
      throw CheckpointException.because("there is no key '" + key + "' in " + this);
    }
    return found;
  }

  @Override
  public StateDict stateDict() {
    List<String> others = new ArrayList<>();
    entries.forEach(
        (key, value) -> {
          if (!key.kind().equals("str") || !value.kind().equals("tensor")) {
            others.add(key + " -> " + value);
          }
        });
    if (!others.isEmpty()) {
      throw CheckpointException.because(
          "expected a state dict, which holds tensors under text only, got "
              + shown(others)
              + "; name the key that holds the state, such as stateDict(\"model_state_dict\")");
    }
    StateDict state = new StateDict();
    entries.forEach((key, value) -> state.share(key.text(), value.tensor().value()));
    return state;
  }

  private static String shown(List<String> texts) {
    return String.join(", ", texts.subList(0, Math.min(SHOWN_KEYS, texts.size())))
        + (texts.size() > SHOWN_KEYS ? " and " + (texts.size() - SHOWN_KEYS) + " more" : "");
  }

  /** The keys: values may hold this again. */
  @Override
  public String toString() {
    return "a dict with the keys ["
        + shown(
            entries.keySet().stream()
                .map(key -> key.kind().equals("str") ? key.text() : key.toString())
                .toList())
        + "]";
  }
}
