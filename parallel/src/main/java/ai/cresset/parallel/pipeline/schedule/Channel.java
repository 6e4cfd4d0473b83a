package ai.cresset.parallel.pipeline.schedule;

/**
 * A way for messages of one kind between two ranks, which arrive in the order in which they are
 * sent.
 *
 * @param from the rank that sends
 * @param to the rank that receives
 * @param isForward whether activations travel, or their gradients
 */
public record Channel(int from, int to, boolean isForward) {
  /** The way of a message. */
  public static Channel of(Action message, PipelineShape shape) {
    int here = shape.rankOf(message.stage());
    return switch (message.kind()) {
      case SEND_FORWARD -> new Channel(here, shape.rankOf(message.stage() + 1), true);
      case RECEIVE_FORWARD -> new Channel(shape.rankOf(message.stage() - 1), here, true);
      case SEND_BACKWARD -> new Channel(here, shape.rankOf(message.stage() - 1), false);
      case RECEIVE_BACKWARD -> new Channel(shape.rankOf(message.stage() + 1), here, false);
      case FORWARD, BACKWARD, BACKWARD_INPUT, BACKWARD_WEIGHT ->
          throw new IllegalStateException(message + " is no message");
    };
  }

  /** What the receiver does for a message that is sent. */
  static Action received(Action sent) {
    return sent.kind() == Action.Kind.SEND_FORWARD
        ? new Action(Action.Kind.RECEIVE_FORWARD, sent.stage() + 1, sent.microBatch())
        : new Action(Action.Kind.RECEIVE_BACKWARD, sent.stage() - 1, sent.microBatch());
  }

  @Override
  public String toString() {
    return (isForward ? "activations" : "gradients") + " from rank " + from + " to rank " + to;
  }
}
