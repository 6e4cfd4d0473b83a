package ai.cresset.tensor.op;

/** Which inputs of an operation want a gradient. */
public final class Needs {
  /** For a node without inputs. */
  public static final Needs NOTHING = new Needs();

  private final boolean[] inputs;

  public Needs(boolean... inputs) {
    this.inputs = inputs.clone();
  }

  public boolean input(int index) {
    return inputs[index];
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
