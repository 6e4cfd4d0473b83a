package ai.cresset.parallel.pipeline.schedule;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Adds messages to computations. What a computation makes is sent right after it. A receive comes
 * one computation before the one that needs it, so that the message travels meanwhile; receives of
 * a channel are in the order of its sends, so that channels need no names for messages. As neither
 * waits, this cannot deadlock where the computations do not.
 */
public final class CommunicationPass {
  private CommunicationPass() {}

  /** The same with messages. */
  public static Schedule insert(Schedule computations) {
    PipelineShape shape = computations.shape();
    Map<Channel, Queue<Action>> sent = new HashMap<>();
    for (List<Action> rank : computations.ranks()) {
      for (Action action : rank) {
        Action message = send(action, shape);
        if (message != null) {
          sent.computeIfAbsent(Channel.of(message, shape), missing -> new ArrayDeque<>())
              .add(Channel.received(message));
        }
      }
    }
    List<List<Action>> complete = new ArrayList<>();
    for (List<Action> rank : computations.ranks()) {
      complete.add(insert(rank, shape, sent));
    }
    return new Schedule(shape, complete);
  }

  private static List<Action> insert(
      List<Action> computations, PipelineShape shape, Map<Channel, Queue<Action>> sent) {
    Set<Action> received = new HashSet<>();
    List<Action> complete = new ArrayList<>();
    for (int i = 0; i < computations.size(); i++) {
      if (i == 0) {
        receive(computations.get(0), shape, sent, received, complete);
      }
      if (i + 1 < computations.size()) {
        receive(computations.get(i + 1), shape, sent, received, complete);
      }
      Action action = computations.get(i);
      complete.add(action);
      Action message = send(action, shape);
      if (message != null) {
        complete.add(message);
      }
    }
    return complete;
  }

  private static void receive(
      Action computation,
      PipelineShape shape,
      Map<Channel, Queue<Action>> sent,
      Set<Action> received,
      List<Action> complete) {
    Action needed = needs(computation, shape);
    if (needed == null) {
      return;
    }
    Queue<Action> waiting = sent.getOrDefault(Channel.of(needed, shape), new ArrayDeque<>());
    while (!received.contains(needed)) {
      Action next = waiting.poll();
      if (next == null) {
        return; // nobody sends it, which the validator tells
      }
      received.add(next);
      complete.add(next);
    }
  }

  /** The message that carries what a computation makes; null if nobody else wants it. */
  static @Nullable Action send(Action computation, PipelineShape shape) {
    int stage = computation.stage();
    if (computation.kind() == Action.Kind.FORWARD && shape.leavesRank(stage)) {
      return computation.as(Action.Kind.SEND_FORWARD);
    }
    if (computation.kind().makesInputGradient() && stage > 0 && shape.leavesRank(stage - 1)) {
      return computation.as(Action.Kind.SEND_BACKWARD);
    }
    return null;
  }

  /** The message that a computation needs; null if it has all it needs. */
  static @Nullable Action needs(Action computation, PipelineShape shape) {
    int stage = computation.stage();
    if (computation.kind() == Action.Kind.FORWARD && stage > 0 && shape.leavesRank(stage - 1)) {
      return computation.as(Action.Kind.RECEIVE_FORWARD);
    }
    if (computation.kind().makesInputGradient() && shape.leavesRank(stage)) {
      return computation.as(Action.Kind.RECEIVE_BACKWARD);
    }
    return null;
  }
}
