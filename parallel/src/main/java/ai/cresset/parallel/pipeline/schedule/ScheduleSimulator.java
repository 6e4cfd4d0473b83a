package ai.cresset.parallel.pipeline.schedule;

import ai.cresset.error.ConfigException;
import ai.cresset.parallel.pipeline.schedule.Action.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Runs a schedule without computing anything. A rank does its actions in order; a computation
 * begins when the rank is free and what it needs has come. Without messages in the schedule, what
 * other ranks make is there at once.
 */
public final class ScheduleSimulator {
  private final Schedule schedule;
  private final PipelineShape shape;
  private final Costs costs;
  private final boolean hasMessages;
  private final Map<Action, Double> ends = new HashMap<>();
  private final Map<Channel, List<Double>> sent = new HashMap<>();
  private final Map<Channel, List<Action>> asked = new HashMap<>();
  private final Map<Channel, List<Double>> askedAt = new HashMap<>();
  private final Map<Channel, Double> lastArrival = new HashMap<>();
  private final Map<Channel, Integer> delivered = new HashMap<>();
  private final int[] next;
  private final double[] clock;
  private final Double[] busy;
  private final int[] live;
  private final Integer[] peak;

  private ScheduleSimulator(Schedule schedule, Costs costs) {
    this.schedule = schedule;
    this.shape = schedule.shape();
    this.costs = costs;
    this.hasMessages =
        schedule.ranks().stream()
            .flatMap(List::stream)
            .anyMatch(action -> !action.kind().isComputation());
    int ranks = shape.ranks();
    next = new int[ranks];
    clock = new double[ranks];
    live = new int[ranks];
    busy = new Double[ranks];
    peak = new Integer[ranks];
    Arrays.fill(busy, 0.0);
    Arrays.fill(peak, 0);
  }

  /**
   * Runs one step.
   *
   * @throws ConfigException if ranks wait for each other for ever; it names what each waits at
   */
  public static Simulation run(Schedule schedule, Costs costs) {
    return new ScheduleSimulator(schedule, costs).run();
  }

  private Simulation run() {
    boolean moved = true;
    while (moved) {
      moved = false;
      for (int rank = 0; rank < shape.ranks(); rank++) {
        while (next[rank] < schedule.of(rank).size() && step(rank)) {
          next[rank]++;
          moved = true;
        }
      }
    }
    List<String> stuck = new ArrayList<>();
    for (int rank = 0; rank < shape.ranks(); rank++) {
      if (next[rank] < schedule.of(rank).size()) {
        stuck.add("rank " + rank + " at " + schedule.of(rank).get(next[rank]));
      }
    }
    if (!stuck.isEmpty()) {
      throw ConfigException.because(
          "pipeline schedule: ranks wait for each other for ever, "
              + String.join(", ", stuck)
              + "; order the actions so that what one waits for comes earlier on the other");
    }
    double end = Arrays.stream(clock).max().orElse(0);
    return new Simulation(end, Arrays.asList(busy), Arrays.asList(peak));
  }

  /** Does the next action of a rank, if what it needs is there. */
  private boolean step(int rank) {
    Action action = schedule.of(rank).get(next[rank]);
    switch (action.kind()) {
      case SEND_FORWARD, SEND_BACKWARD -> {
        sent.computeIfAbsent(Channel.of(action, shape), missing -> new ArrayList<>())
            .add(clock[rank]);
        return true;
      }
      case RECEIVE_FORWARD, RECEIVE_BACKWARD -> {
        Channel channel = Channel.of(action, shape);
        asked.computeIfAbsent(channel, missing -> new ArrayList<>()).add(action);
        askedAt.computeIfAbsent(channel, missing -> new ArrayList<>()).add(clock[rank]);
        return true;
      }
      case FORWARD, BACKWARD, BACKWARD_INPUT, BACKWARD_WEIGHT -> {
        Double ready = ready(action);
        if (ready == null) {
          return false;
        }
        double cost = costs.of(action);
        clock[rank] = Math.max(clock[rank], ready) + cost;
        busy[rank] += cost;
        ends.put(action, clock[rank]);
        count(rank, action.kind());
        return true;
      }
    }
    throw new IllegalStateException(action.toString());
  }

  private void count(int rank, Kind kind) {
    if (kind == Kind.FORWARD) {
      live[rank]++;
      peak[rank] = Math.max(peak[rank], live[rank]);
    } else if (kind == Kind.BACKWARD || kind == Kind.BACKWARD_WEIGHT) {
      live[rank]--;
    }
  }

  /** When what a computation needs is there; null if that is not known yet. */
  private @Nullable Double ready(Action action) {
    Action message = CommunicationPass.needs(action, shape);
    if (message != null && hasMessages) {
      deliver(Channel.of(message, shape));
      return ends.get(message);
    }
    int stage = action.stage();
    if (action.kind() == Kind.FORWARD) {
      return stage == 0
          ? Double.valueOf(0)
          : ends.get(Action.forward(stage - 1, action.microBatch()));
    }
    if (action.kind() == Kind.BACKWARD_WEIGHT) {
      return ends.get(action.as(Kind.BACKWARD_INPUT));
    }
    if (shape.isLast(stage)) {
      return ends.get(action.as(Kind.FORWARD));
    }
    Double whole = ends.get(Action.backward(stage + 1, action.microBatch()));
    return whole != null ? whole : ends.get(Action.backwardInput(stage + 1, action.microBatch()));
  }

  /** Lets the messages arrive that are both sent and asked for. */
  private void deliver(Channel channel) {
    List<Double> given = sent.getOrDefault(channel, List.of());
    List<Action> wanted = asked.getOrDefault(channel, List.of());
    int at = delivered.getOrDefault(channel, 0);
    for (; at < Math.min(given.size(), wanted.size()); at++) {
      double begin = Math.max(given.get(at), askedAt.getOrDefault(channel, List.of()).get(at));
      double arrival = Math.max(begin, lastArrival.getOrDefault(channel, 0.0)) + costs.message();
      lastArrival.put(channel, arrival);
      ends.put(wanted.get(at), arrival);
    }
    delivered.put(channel, at);
  }
}
