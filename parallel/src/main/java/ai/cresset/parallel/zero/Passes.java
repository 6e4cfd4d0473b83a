package ai.cresset.parallel.zero;

import ai.cresset.error.CommunicationException;
import ai.cresset.parallel.comm.ProcessGroup;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the ranks of a group in step while some of them run the model and others have nothing to
 * run it on. A pass is a forward pass, with backward if gradients are wanted. Before it, each rank
 * says whether it runs; those that do not still give their parts and take their gradients.
 *
 * <p>In the first training pass the ranks agree on each action before they take it, and remember
 * the order. Later ones follow it without a word, and gather ahead; one that leaves the order is an
 * error. Passes without gradients may be of any kind, such as the continuation of a prompt: they
 * agree each time.
 */
final class Passes {
  /** What a rank is about to do. */
  enum Kind {
    /** Nothing until the next collective of its program. */
    REST,
    /** A forward pass without gradients. */
    FORWARD,
    /** Forward and backward. */
    TRAINING
  }

  private static final String END = "end";
  private static final String FOLLOWS = "";

  private final List<ShardUnit> units;
  private final ProcessGroup group;
  private final boolean prefetch;
  private final boolean reduces;
  private final Set<Integer> complete = new HashSet<>();
  private Kind running = Kind.REST;
  private Kind announced = Kind.REST;
  private boolean[] active;
  private @Nullable List<Action> known;
  private List<Action> order = List.of();
  private List<Action> learned = new ArrayList<>();
  private boolean learning;
  private int next;
  private @Nullable Reduction reduction;

  /** For passes that end with gradients sent if {@code options} say so. */
  Passes(List<ShardUnit> units, ProcessGroup group, ZeroOptions options) {
    this.units = units;
    this.group = group;
    this.prefetch = options.prefetch();
    this.reduces = options.sendsEachPass();
    this.active = new boolean[group.size()];
  }

  Kind running() {
    return running;
  }

  // ---- ranks that run ----

  /** Begins a pass; every rank of the group begins one or {@linkplain #follow follows}. */
  void begin(Kind kind) {
    announce(kind);
    running = kind;
    complete.clear();
    units.forEach(ShardUnit::beginPass);
    open(kind);
  }

  /** Puts the elements of a unit in place. */
  void need(ShardUnit unit) {
    if (unit.isGathered()) {
      return;
    }
    Action wanted = new Action(Action.Kind.GATHER, unit.index());
    if (learning) {
      agree(describe(wanted));
      learned.add(wanted);
      unit.beginGathering(group, active);
      unit.finishGathering(true);
      return;
    }
    while (!unit.isOnTheWay()) {
      if (next == order.size() || !isReady(order.get(next), unit)) {
        throw leaves(wanted);
      }
      take(order.get(next));
    }
    unit.finishGathering(true);
    ahead();
  }

  /** Whether an action that stands before the gathering of {@code unit} can be taken. */
  private boolean isReady(Action action, ShardUnit unit) {
    return action.isGather() ? action.unit() == unit.index() : complete.contains(action.unit());
  }

  /** Gathers what comes next, unless it is still here. */
  private void ahead() {
    if (prefetch && next < order.size() && order.get(next).isGather()) {
      ShardUnit coming = units.get(order.get(next).unit());
      boolean waiting = units.stream().anyMatch(ShardUnit::isOnTheWay);
      if (!coming.isGathered() && !waiting) {
        take(order.get(next));
      }
    }
  }

  /** The gradients of a unit are complete. */
  void reduce(ShardUnit unit) {
    if (!complete.add(unit.index())) {
      return;
    }
    Action action = new Action(Action.Kind.REDUCE, unit.index());
    if (learning) {
      agree(describe(action));
      learned.add(action);
      startReduction(unit);
      return;
    }
    while (next < order.size()
        && !order.get(next).isGather()
        && complete.contains(order.get(next).unit())) {
      take(order.get(next));
    }
  }

  private void take(Action action) {
    next++;
    ShardUnit unit = units.get(action.unit());
    if (action.isGather()) {
      unit.beginGathering(group, active);
    } else {
      startReduction(unit);
    }
  }

  private void startReduction(ShardUnit unit) {
    finishReduction();
    reduction = new Reduction(unit.members(), group, active);
  }

  private void finishReduction() {
    Reduction last = reduction;
    reduction = null;
    if (last != null) {
      last.finish();
    }
  }

  /** Ends a pass: gradients that did not come count as 0. */
  void end() {
    if (learning) {
      if (running == Kind.TRAINING && reduces) {
        units.stream().filter(ShardUnit::isTrained).forEach(this::reduce);
      }
    } else {
      while (next < order.size()) {
        Action action = order.get(next);
        take(action);
        units.get(action.unit()).finishGathering(true);
      }
      units.forEach(unit -> unit.finishGathering(true));
    }
    close();
  }

  // ---- ranks that do not ----

  /** Gives and takes until no rank of the group runs the model any more. */
  void follow() {
    while (announce(Kind.REST) != Kind.REST) {
      Kind kind = announced;
      open(kind);
      if (learning) {
        String text = agree(FOLLOWS);
        while (!text.equals(END)) {
          Action action = parse(text);
          learned.add(action);
          serve(action);
          text = agree(FOLLOWS);
        }
        finishReduction();
        remember(kind);
      } else {
        order.forEach(this::serve);
        finishReduction();
      }
    }
  }

  private void serve(Action action) {
    ShardUnit unit = units.get(action.unit());
    if (action.isGather()) {
      unit.beginGathering(group, active);
      unit.finishGathering(false);
    } else {
      startReduction(unit);
    }
  }

  // ---- agreement ----

  private Kind announce(Kind mine) {
    List<byte[]> all = group.allGatherBytes(new byte[] {(byte) mine.ordinal()});
    announced = Kind.REST;
    for (int rank = 0; rank < all.size(); rank++) {
      Kind theirs = Kind.values()[all.get(rank)[0]];
      active[rank] = theirs != Kind.REST;
      if (theirs != Kind.REST && announced != Kind.REST && theirs != announced) {
        throw CommunicationException.because(
            "ZeRO: some ranks run a forward pass without gradients while others train; call the"
                + " model in the same way on every rank");
      }
      announced = theirs == Kind.REST ? announced : theirs;
    }
    return announced;
  }

  private String agree(String mine) {
    List<byte[]> all = group.allGatherBytes(mine.getBytes(StandardCharsets.UTF_8));
    String agreed = FOLLOWS;
    for (int rank = 0; rank < all.size(); rank++) {
      String theirs = new String(all.get(rank), StandardCharsets.UTF_8);
      if (!active[rank]) {
        continue;
      }
      if (agreed.isEmpty()) {
        agreed = theirs;
      } else if (!agreed.equals(theirs)) {
        throw CommunicationException.because(
            "ZeRO: the ranks run the model in different ways: one comes to '"
                + name(agreed)
                + "', rank "
                + group.jobRanks().get(rank)
                + " to '"
                + name(theirs)
                + "'; which parts run must not depend on a rank's samples");
      }
    }
    return agreed;
  }

  private void open(Kind kind) {
    List<Action> before = kind == Kind.TRAINING ? known : null;
    learning = before == null;
    order = before == null ? List.of() : before;
    learned = new ArrayList<>();
    next = 0;
  }

  private void close() {
    finishReduction();
    if (learning) {
      agree(END);
      remember(running);
    }
    running = Kind.REST;
  }

  private void remember(Kind kind) {
    if (kind == Kind.TRAINING) {
      known = prefetch ? Action.prefetching(learned) : List.copyOf(learned);
    }
  }

  /** Forgets the order of passes: the next ones may be others. Called by all ranks. */
  void forget() {
    known = null;
  }

  private static String describe(Action action) {
    return action.kind() + " " + action.unit();
  }

  private static Action parse(String text) {
    int space = text.indexOf(' ');
    return new Action(
        Action.Kind.valueOf(text.substring(0, space)), Integer.parseInt(text.substring(space + 1)));
  }

  private String name(String text) {
    return text.equals(END) ? text : name(parse(text));
  }

  private String name(Action action) {
    return (action.isGather() ? "gather " : "reduce ") + units.get(action.unit()).name();
  }

  private CommunicationException leaves(Action wanted) {
    String expected = next == order.size() ? END : name(order.get(next));
    return CommunicationException.because(
        "ZeRO: this pass runs the model in another order than the first: it comes to '"
            + name(wanted)
            + "' where '"
            + expected
            + "' was; run the same modules in each pass, or call forgetOrder() on every rank before"
            + " a change. Passes so far: "
            + Arrays.toString(order.stream().map(this::name).toArray()));
  }
}
