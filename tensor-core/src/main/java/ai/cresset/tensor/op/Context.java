package ai.cresset.tensor.op;

import ai.cresset.random.Generator;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;

/** What forward leaves for backward. */
public interface Context {
  /**
   * Keeps an input or output for backward. Its memory lives on even if its scope ends; a change in
   * place before backward is an error there. Does nothing when no gradient will be asked for.
   */
  void save(Tensor... tensors);

  /** The tensor saved at this position, as it was. */
  Tensor saved(int index);

  /** Shape and type of an input of forward. */
  Spec input(int index);

  /** How many inputs forward had. */
  int numInputs();

  /** Whether a gradient may be asked for, so that forward can skip work only backward needs. */
  boolean needsGradient();

  /** Whether the gradient of this input may be asked for. */
  boolean needs(int input);

  /**
   * Says that gradients do not flow through these outputs: they will not require one, and backward
   * gets null for them. Integers and booleans need no mark.
   */
  void markNonDifferentiable(Tensor... outputs);

  /**
   * Memory for the one result, of any content: new, or what the caller of {@link
   * Dispatch#applyInto} offered.
   */
  default Tensor result(Spec output) {
    return Tensor.empty(output);
  }

  /** Keeps anything that is no tensor for backward; the last call counts. */
  void keep(Object value);

  /** What {@link #keep} kept. */
  <T> T kept(Class<T> type);

  /** Keeps the random key of forward, so that backward draws the same numbers. */
  void key(Generator.Key key);

  /** The key kept by {@link #key(Generator.Key)}. */
  Generator.Key key();
}
