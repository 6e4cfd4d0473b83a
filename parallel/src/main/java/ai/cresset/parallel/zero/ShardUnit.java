package ai.cresset.parallel.zero;

import ai.cresset.parallel.comm.ProcessGroup;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Parameters that are put together and taken apart as one: those of a module, without its units.
 */
final class ShardUnit {
  private final String name;
  private final int index;
  private final List<ShardedParameter> members;
  private final long numTrained;
  private @Nullable Gathering gathering;
  private boolean gathered;
  private int calls;
  private int pins;
  private int arrived;

  /** The unit of the module of this name; "" is the whole model. */
  ShardUnit(String name, int index, List<ShardedParameter> members) {
    this.name = name;
    this.index = index;
    this.members = List.copyOf(members);
    this.numTrained = members.stream().filter(ShardedParameter::isTrained).count();
  }

  String name() {
    return name.isEmpty() ? "(model)" : name;
  }

  int index() {
    return index;
  }

  boolean isRoot() {
    return name.isEmpty();
  }

  List<ShardedParameter> members() {
    return members;
  }

  boolean isTrained() {
    return numTrained > 0;
  }

  // ---- elements ----

  boolean isGathered() {
    return gathered;
  }

  boolean isOnTheWay() {
    return gathering != null;
  }

  void beginGathering(ProcessGroup group, boolean[] receivers) {
    gathering = new Gathering(members, group, receivers);
  }

  /** Waits for the elements. On a rank that only gives, none are here afterwards. */
  void finishGathering(boolean receives) {
    Gathering running = gathering;
    gathering = null;
    if (running != null) {
      running.finish();
      gathered = receives;
    }
  }

  void scatter() {
    if (gathered) {
      gathered = false;
      members.forEach(ShardedParameter::scatter);
    }
  }

  // ---- who needs the elements ----

  /** A call of the module begins. */
  void enter() {
    calls++;
  }

  void exit() {
    calls--;
  }

  boolean isRunning() {
    return calls > 0;
  }

  /** Something for backward refers to the elements. */
  void pin() {
    pins++;
  }

  void unpin() {
    pins--;
  }

  boolean isPinned() {
    return pins > 0;
  }

  void forgetCalls() {
    calls = 0;
  }

  // ---- gradients ----

  /** Counts a gradient of this pass; whether it was the last one. */
  boolean arrived() {
    arrived++;
    return arrived == numTrained;
  }

  void beginPass() {
    arrived = 0;
  }
}
