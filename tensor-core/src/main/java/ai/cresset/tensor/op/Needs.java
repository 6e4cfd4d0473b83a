package ai.cresset.tensor.op;

import ai.cresset.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Which inputs of an operation want a gradient, and where. */
public final class Needs {
  /** For a node without inputs. */
  public static final Needs NOTHING = new Needs();

  private final boolean[] inputs;
  private final @Nullable Tensor[] places;

  public Needs(boolean... inputs) {
    this(inputs, new Tensor[0]);
  }

  private Needs(boolean[] inputs, @Nullable Tensor[] places) {
    this.inputs = inputs.clone();
    this.places = places;
  }

  /** The same with a place for the gradient of one input; only that gradient may be put there. */
  public Needs withPlace(int index, Tensor place) {
    @Nullable Tensor[] all = Arrays.copyOf(places, inputs.length);
    all[index] = place;
    return new Needs(inputs, all);
  }

  public boolean input(int index) {
    return inputs[index];
  }

  /**
   * Where the gradient of this input will end: memory of its shape and type, of any content. An
   * operation that {@linkplain Dispatch#applyInto writes} it there saves a copy; null means
   * anywhere.
   */
  public @Nullable Tensor place(int index) {
    return index < places.length ? places[index] : null;
  }

  public int size() {
    return inputs.length;
  }

  /** Whether any input wants one. */
  public boolean any() {
    for (boolean input : inputs) {
      if (input) {
        return true;
      }
    }
    return false;
  }
}
