package ai.cresset.parallel.pipeline.schedule;

import java.util.Collections;
import java.util.List;

/**
 * How long things take, in any unit of time.
 *
 * @param stages of each stage of the model, for one micro-batch
 * @param message from the moment when it is sent and asked for
 */
public record Costs(List<StageCost> stages, double message) {
  public Costs {
    stages = List.copyOf(stages);
  }

  /**
   * How long a stage computes.
   *
   * @param forward its forward pass
   * @param input the gradient of its input
   * @param weight the gradients of its weights
   */
  public record StageCost(double forward, double input, double weight) {}

  /** All stages alike; messages take no time. */
  public static Costs uniform(PipelineShape shape, double forward, double input, double weight) {
    StageCost one = new StageCost(forward, input, weight);
    return new Costs(Collections.nCopies(shape.stages(), one), 0);
  }

  /** The time of an action: 0 for messages, which the rank does not wait for. */
  double of(Action action) {
    StageCost stage = stages.get(action.stage());
    return switch (action.kind()) {
      case FORWARD -> stage.forward();
      case BACKWARD -> stage.input() + stage.weight();
      case BACKWARD_INPUT -> stage.input();
      case BACKWARD_WEIGHT -> stage.weight();
      case SEND_FORWARD, RECEIVE_FORWARD, SEND_BACKWARD, RECEIVE_BACKWARD -> 0;
    };
  }
}
