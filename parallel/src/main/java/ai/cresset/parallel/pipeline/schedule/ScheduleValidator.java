package ai.cresset.parallel.pipeline.schedule;

import ai.cresset.error.ConfigException;
import ai.cresset.parallel.pipeline.schedule.Action.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Refuses lists of actions that are not a training step: each micro-batch passes each stage once
 * forward and once backward, on the rank that has the stage, with every message sent, received and
 * in order, and no rank waits for ever.
 */
public final class ScheduleValidator {
  private ScheduleValidator() {}

  /**
   * Checks computations and messages.
   *
   * @throws ConfigException that names the first action that is wrong
   */
  public static void check(Schedule schedule) {
    checkComputations(schedule);
    checkMessages(schedule);
    ScheduleSimulator.run(schedule, Costs.uniform(schedule.shape(), 1, 1, 1));
  }

  /**
   * Checks computations; messages are not looked at.
   *
   * @throws ConfigException that names the first action that is wrong
   */
  public static void checkComputations(Schedule schedule) {
    PipelineShape shape = schedule.shape();
    for (int rank = 0; rank < shape.ranks(); rank++) {
      Set<Action> done = new HashSet<>();
      for (Action action : schedule.of(rank)) {
        checkPlace(action, rank, shape);
        if (!done.add(action)) {
          throw wrong(rank, action, "comes a second time");
        }
        checkBefore(action, rank, done);
      }
      for (int chunk = 0; chunk < shape.chunks(); chunk++) {
        for (int each = 0; each < shape.microBatches(); each++) {
          checkComplete(shape.stage(rank, chunk), each, rank, done);
        }
      }
    }
  }

  private static void checkPlace(Action action, int rank, PipelineShape shape) {
    if (action.stage() < 0
        || action.stage() >= shape.stages()
        || action.microBatch() < 0
        || action.microBatch() >= shape.microBatches()) {
      throw wrong(rank, action, "is outside of " + shape);
    }
    if (shape.rankOf(action.stage()) != rank) {
      throw wrong(rank, action, "is of a stage that rank " + shape.rankOf(action.stage()) + " has");
    }
  }

  private static void checkBefore(Action action, int rank, Set<Action> done) {
    boolean forward = done.contains(action.as(Kind.FORWARD));
    boolean input = done.contains(action.as(Kind.BACKWARD_INPUT));
    switch (action.kind()) {
      case BACKWARD -> {
        require(forward, rank, action, "comes before its forward pass");
        require(!input, rank, action, "comes beside a backward pass in two parts");
      }
      case BACKWARD_INPUT -> {
        require(forward, rank, action, "comes before its forward pass");
        require(
            !done.contains(action.as(Kind.BACKWARD)),
            rank,
            action,
            "comes beside a whole backward pass");
      }
      case BACKWARD_WEIGHT -> require(input, rank, action, "comes before its input gradient");
      case FORWARD, SEND_FORWARD, RECEIVE_FORWARD, SEND_BACKWARD, RECEIVE_BACKWARD -> {}
    }
  }

  private static void checkComplete(int stage, int microBatch, int rank, Set<Action> done) {
    Action forward = Action.forward(stage, microBatch);
    require(done.contains(forward), rank, forward, "is missing");
    Action backward = Action.backward(stage, microBatch);
    if (done.contains(forward.as(Kind.BACKWARD_INPUT))) {
      Action weight = forward.as(Kind.BACKWARD_WEIGHT);
      require(done.contains(weight), rank, weight, "is missing");
    } else {
      require(done.contains(backward), rank, backward, "is missing");
    }
  }

  private static void checkMessages(Schedule schedule) {
    PipelineShape shape = schedule.shape();
    Map<Channel, List<Action>> expected = new HashMap<>();
    Map<Channel, List<Action>> received = new HashMap<>();
    for (int rank = 0; rank < shape.ranks(); rank++) {
      Set<Action> done = new HashSet<>();
      for (Action action : schedule.of(rank)) {
        switch (action.kind()) {
          case SEND_FORWARD -> {
            require(shape.leavesRank(action.stage()), rank, action, "has nobody to go to");
            require(
                done.contains(action.as(Kind.FORWARD)), rank, action, "comes before its result");
            expected
                .computeIfAbsent(Channel.of(action, shape), missing -> new ArrayList<>())
                .add(Channel.received(action));
          }
          case SEND_BACKWARD -> {
            boolean leaves = action.stage() > 0 && shape.leavesRank(action.stage() - 1);
            require(leaves, rank, action, "has nobody to go to");
            boolean made =
                done.contains(action.as(Kind.BACKWARD))
                    || done.contains(action.as(Kind.BACKWARD_INPUT));
            require(made, rank, action, "comes before its result");
            expected
                .computeIfAbsent(Channel.of(action, shape), missing -> new ArrayList<>())
                .add(Channel.received(action));
          }
          case RECEIVE_FORWARD, RECEIVE_BACKWARD ->
              received
                  .computeIfAbsent(Channel.of(action, shape), missing -> new ArrayList<>())
                  .add(action);
          case FORWARD, BACKWARD, BACKWARD_INPUT, BACKWARD_WEIGHT -> {
            Action needed = CommunicationPass.needs(action, shape);
            if (needed != null) {
              require(done.contains(needed), rank, action, "comes before " + needed);
            }
          }
        }
        done.add(action);
      }
      for (Action action : schedule.of(rank)) {
        Action message = CommunicationPass.send(action, shape);
        if (message != null) {
          require(done.contains(message), rank, message, "is missing");
        }
      }
    }
    Set<Channel> channels = new HashSet<>(expected.keySet());
    channels.addAll(received.keySet());
    for (Channel channel : channels) {
      List<Action> sent = expected.getOrDefault(channel, List.of());
      List<Action> taken = received.getOrDefault(channel, List.of());
      if (!sent.equals(taken)) {
        throw ConfigException.because(
            "pipeline schedule: "
                + channel
                + " are sent as "
                + sent
                + " and received as "
                + taken
                + "; expected the same messages in the same order");
      }
    }
  }

  private static void require(boolean holds, int rank, Action action, String problem) {
    if (!holds) {
      throw wrong(rank, action, problem);
    }
  }

  private static ConfigException wrong(int rank, Action action, String problem) {
    return ConfigException.because(
        "pipeline schedule: rank " + rank + ": " + action + " " + problem + "; mend the schedule");
  }
}
