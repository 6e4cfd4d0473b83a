package ai.cresset.tensor.autograd;

/**
 * Where the gradient of a tensor goes: an output of a node.
 *
 * @param node the node that made the tensor, or that accumulates its gradient
 * @param output which of the node's outputs the tensor is
 */
public record Edge(Node node, int output) {
  /** Keeps the node alive, for a tensor at this place. */
  public void retain() {
    node.retain();
  }

  /** Ends a {@link #retain}. */
  public void release() {
    node.release();
  }
}
