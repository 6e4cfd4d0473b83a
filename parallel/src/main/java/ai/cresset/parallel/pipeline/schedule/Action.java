package ai.cresset.parallel.pipeline.schedule;

/**
 * One thing that a rank does for one micro-batch on one stage.
 *
 * @param kind what
 * @param stage of the model, from 0
 * @param microBatch of the step, from 0
 */
public record Action(Kind kind, int stage, int microBatch) {
  /** What is done. */
  public enum Kind {
    /** The stage's part of the forward pass. */
    FORWARD("F"),
    /** The gradients of the stage's input and of its weights, in one pass. */
    BACKWARD("B"),
    /** The gradient of the stage's input alone, which the stage before waits for. */
    BACKWARD_INPUT("I"),
    /** The gradients of the stage's weights, which nobody waits for. */
    BACKWARD_WEIGHT("W"),
    /** The stage's output goes to the next stage. */
    SEND_FORWARD("SF"),
    /** The stage's input is asked for. */
    RECEIVE_FORWARD("RF"),
    /** The gradient of the stage's input goes to the stage before. */
    SEND_BACKWARD("SB"),
    /** The gradient of the stage's output is asked for. */
    RECEIVE_BACKWARD("RB");

    private final String letters;

    Kind(String letters) {
      this.letters = letters;
    }

    /** Whether it takes the rank's time; the others only begin a message. */
    public boolean isComputation() {
      return switch (this) {
        case FORWARD, BACKWARD, BACKWARD_INPUT, BACKWARD_WEIGHT -> true;
        case SEND_FORWARD, RECEIVE_FORWARD, SEND_BACKWARD, RECEIVE_BACKWARD -> false;
      };
    }

    /** Whether it makes the gradient that the stage before waits for. */
    public boolean makesInputGradient() {
      return this == BACKWARD || this == BACKWARD_INPUT;
    }
  }

  public static Action forward(int stage, int microBatch) {
    return new Action(Kind.FORWARD, stage, microBatch);
  }

  public static Action backward(int stage, int microBatch) {
    return new Action(Kind.BACKWARD, stage, microBatch);
  }

  public static Action backwardInput(int stage, int microBatch) {
    return new Action(Kind.BACKWARD_INPUT, stage, microBatch);
  }

  public static Action backwardWeight(int stage, int microBatch) {
    return new Action(Kind.BACKWARD_WEIGHT, stage, microBatch);
  }

  /** The same of another kind. */
  Action as(Kind other) {
    return new Action(other, stage, microBatch);
  }

  /** Stage, letters of the kind and micro-batch: {@code 2F0}. */
  @Override
  public String toString() {
    return stage + kind.letters + microBatch;
  }
}
