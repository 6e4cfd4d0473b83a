package ai.cresset.parallel.comm;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The last operations of every rank, as far as they are known here: a rank that hears of a failure
 * tells its own to all others. Thread-safe.
 */
final class FlightRecords {
  private static final int SHOWN_OPERATIONS = 8;

  private final int rank;
  private final int worldSize;
  private final Map<Integer, String> heard = new ConcurrentHashMap<>();
  private final List<Group> groups = Collections.synchronizedList(new ArrayList<>());

  /** A group of this rank. */
  private record Group(String name, CommRecorder recorder) {}

  FlightRecords(int rank, int worldSize) {
    this.rank = rank;
    this.worldSize = worldSize;
  }

  /** Groups are remembered after they are closed: the last operation may be theirs. */
  void add(String name, CommRecorder recorder) {
    groups.add(new Group(name, recorder));
  }

  /** What this rank has given to the channels of all groups. */
  long sentBytes() {
    synchronized (groups) {
      return groups.stream().mapToLong(group -> group.recorder.totalSentBytes()).sum();
    }
  }

  /** What this rank did last, group by group. */
  String own() {
    StringBuilder text = new StringBuilder();
    synchronized (groups) {
      for (Group group : groups) {
        String last = group.recorder.dump(SHOWN_OPERATIONS);
        if (!last.isEmpty()) {
          text.append(text.isEmpty() ? "" : "\n").append("group ").append(group.name).append(last);
        }
      }
    }
    return text.toString();
  }

  void heard(int peer, String operations) {
    heard.put(peer, operations);
  }

  /** What a rank did last; empty if it did nothing or has not told. */
  String of(int peer) {
    return peer == rank ? own() : heard.getOrDefault(peer, "");
  }

  /** All ranks, for people. */
  String text() {
    StringBuilder text = new StringBuilder("last operations of each rank:");
    for (int each = 0; each < worldSize; each++) {
      String operations = of(each);
      text.append("\nrank ").append(each).append(": ");
      text.append(
          !operations.isEmpty()
              ? operations
              : each == rank || heard.containsKey(each) ? "none" : "it could not tell");
    }
    return text.toString();
  }
}
