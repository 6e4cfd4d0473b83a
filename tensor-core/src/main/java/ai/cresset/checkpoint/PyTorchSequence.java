package ai.cresset.checkpoint;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A {@code list}, {@code tuple}, {@code torch.Size}, {@code set} or {@code frozenset}. */
public final class PyTorchSequence implements PyTorchValue {
  /** Which of Python's. */
  public enum Kind {
    LIST("list"),
    TUPLE("tuple"),
    SIZE("torch.Size"),
    SET("set"),
    FROZENSET("frozenset");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  private final Kind type;
  private final List<PyTorchValue> items;

  PyTorchSequence(Kind type, List<PyTorchValue> items) {
    this.type = type;
    this.items = new ArrayList<>(items);
  }

  /** A list to be written. */
  public static PyTorchSequence list(List<? extends PyTorchValue> items) {
    return new PyTorchSequence(Kind.LIST, List.copyOf(items));
  }

  /** A tuple to be written. */
  public static PyTorchSequence tuple(PyTorchValue... items) {
    return new PyTorchSequence(Kind.TUPLE, List.of(items));
  }

  public Kind type() {
    return type;
  }

  void add(PyTorchValue item) {
    items.add(item);
  }

  @Override
  public String kind() {
    return type.toString();
  }

  @Override
  public List<PyTorchValue> items() {
    return Collections.unmodifiableList(items);
  }

  /** The kind and the number of items: those may hold this again. */
  @Override
  public String toString() {
    return "a " + type + " of " + items.size();
  }
}
