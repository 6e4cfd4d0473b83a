package ai.cresset.error;

/** Gradients that cannot be computed, instead of gradients silently lost. */
public final class BackwardException extends CressetException {
  private static final long serialVersionUID = 1L;

  private BackwardException(String message) {
    super(message);
  }

  /** The backward pass reached an operation without a derivative. */
  public static BackwardException noDerivative(String op) {
    return new BackwardException(
        "the backward pass reached "
            + op
            + ", which has no derivative; detach() its result if no"
            + " gradient is wanted");
  }

  /** A saved tensor was changed in place. */
  public static BackwardException changed(String op, long saved, long now) {
    return new BackwardException(
        op
            + ": a tensor saved for backward was changed in place (version "
            + saved
            + ", now "
            + now
            + "); clone() it before the change");
  }

  /** The graph was used before and its saved tensors are gone. */
  public static BackwardException graphReleased(String op) {
    return new BackwardException(
        op
            + ": its saved tensors were released by an earlier backward; pass retainGraph to the first"
            + " one");
  }

  /** A second derivative through a kernel that has only a first one. */
  public static BackwardException notTwice(String op) {
    return new BackwardException(
        op
            + ": its backward uses a value computed on the way, so it cannot be differentiated again;"
            + " run without createGraph, or compose the operation of differentiable ones");
  }

  /** Any other refusal. */
  public static BackwardException because(String message) {
    return new BackwardException(message);
  }
}
