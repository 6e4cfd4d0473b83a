package ai.cresset.error;

import org.jspecify.annotations.Nullable;

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

  /**
   * A saved tensor was changed in place.
   *
   * @param op whose backward needs it
   * @param by the operation that changed it last
   */
  public static BackwardException changed(
      String op, Object tensor, String by, long saved, long now) {
    return new BackwardException(
        op
            + ": its backward needs the tensor "
            + tensor
            + " as it was, but "
            + by
            + " changed it in place (saved at version "
            + saved
            + ", now "
            + now
            + "); copy() it before the change, or use the form without underscore");
  }

  /** A NaN that first appeared in a backward pass. */
  public static BackwardException anomaly(
      String op, int input, Object tensor, @Nullable String site, @Nullable Throwable forward) {
    BackwardException made =
        new BackwardException(
            op
                + ": its backward gave NaN for the gradient of input "
                + input
                + ", "
                + tensor
                + "; it was called in the forward pass at "
                + (site == null
                    ? "an unknown place: run the forward pass in anomaly mode too"
                    : site + " (the cause is the whole trace)")
                + "; check its input for values without a finite slope, such as 0 for sqrt or log");
    if (forward != null) {
      made.initCause(forward);
    }
    return made;
  }

  /** A tensor of inference mode that a graph would have to keep. */
  public static BackwardException inferenceSaved(String op, Object tensor) {
    return new BackwardException(
        op
            + ": backward would need "
            + tensor
            + ", which was made in inference mode and cannot enter a graph; copy() it to get an"
            + " ordinary tensor, or make it under noGrad instead");
  }

  /** A change in place that the graph cannot follow. */
  public static BackwardException inPlace(String op, Object tensor, String problem, String remedy) {
    return new BackwardException(op + " on " + tensor + ", " + problem + "; " + remedy);
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
