package ai.cresset.tensor.autograd;

import ai.cresset.error.BackwardException;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.op.Needs;
import ai.cresset.tensor.op.OpObserver;
import ai.cresset.tensor.op.OperandCasting;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * One backward pass. Nodes run when every gradient they wait for has come; among those that could
 * run, accumulators of leaves go first (so that their hooks can start communication early), then
 * the latest node of the forward pass. The order is a function of the graph alone.
 */
final class Engine {
  private static final Comparator<Step> ORDER =
      Comparator.<Step, Boolean>comparing(step -> !step.isLeaf())
          .thenComparing(Comparator.comparingLong((Step step) -> step.node.sequence()).reversed());

  private final boolean retainGraph;
  private final boolean createGraph;
  private final boolean captureOnly;
  private final @Nullable List<Deferred> deferred;
  private final Mode mode = Mode.current();
  private final IdentityHashMap<Node, Step> steps = new IdentityHashMap<>();
  private final Map<Edge, @Nullable Tensor> captured = new HashMap<>();
  private final PriorityQueue<Step> ready = new PriorityQueue<>(ORDER);

  /** What the pass knows of a node. */
  private static final class Step {
    final Node node;
    final List<@Nullable Tensor> gradients;
    int waitingFor;
    boolean leadsToTarget;
    boolean isTarget;
    boolean offered;

    Step(Node node) {
      this.node = node;
      this.gradients = Arrays.asList(new @Nullable Tensor[node.numOutputs()]);
    }

    boolean isLeaf() {
      return node instanceof AccumulateGrad;
    }

    boolean hasGradient() {
      for (int i = 0; i < gradients.size(); i++) {
        if (gradients.get(i) != null) {
          return true;
        }
      }
      return false;
    }
  }

  /**
   * A node whose gradients have come, and part of whose work is left for later.
   *
   * @param gradients owned by this record
   * @param rest the inputs whose gradients are still to be computed
   * @param started whether its other inputs have theirs, so that no more gradients can come
   */
  record Deferred(Node node, List<@Nullable Tensor> gradients, Needs rest, boolean started) {
    void close() {
      for (Tensor gradient : gradients) {
        if (gradient != null) {
          gradient.close();
        }
      }
    }
  }

  private Engine(
      boolean retainGraph,
      boolean createGraph,
      boolean captureOnly,
      @Nullable List<Deferred> deferred) {
    this.retainGraph = retainGraph;
    this.createGraph = createGraph;
    this.captureOnly = captureOnly;
    this.deferred = deferred;
  }

  /**
   * Runs the pass.
   *
   * @param gradients one for each root; stay with their owner
   * @param targets places whose gradients are returned; if empty, leaves accumulate theirs
   * @return a gradient for each target, null where nothing came; owned by the current scope
   */
  static List<@Nullable Tensor> run(
      List<Edge> roots,
      List<Tensor> gradients,
      List<Edge> targets,
      boolean retainGraph,
      boolean createGraph) {
    Engine engine = new Engine(retainGraph, createGraph, !targets.isEmpty(), null);
    return engine.run(roots, gradients, targets);
  }

  /**
   * Computes the gradients of targets alone, and notes what is left to do for leaves.
   *
   * @param targets may be empty: then all is left for later
   * @param deferred what is left is added here
   */
  static List<@Nullable Tensor> runFirstPart(
      List<Edge> roots, List<Tensor> gradients, List<Edge> targets, List<Deferred> deferred) {
    return new Engine(false, false, true, deferred).run(roots, gradients, targets);
  }

  /** Does what a first part left; leaves accumulate their gradients. The records are used up. */
  static void runRest(List<Deferred> deferred) {
    Engine engine = new Engine(false, false, false, null);
    OperandCasting casting = engine.mode.casting();
    engine.mode.casting(null);
    try (Scope pass = Scope.open("backward of weights")) {
      engine.discoverRest(deferred);
      for (Deferred each : deferred) {
        engine.begin(each);
      }
      for (Deferred each : deferred) {
        Step step = engine.steps.get(each.node());
        if (step != null) {
          engine.offerIfReady(step);
        }
      }
      engine.drain();
    } finally {
      engine.mode.casting(casting);
    }
  }

  private List<@Nullable Tensor> run(List<Edge> roots, List<Tensor> gradients, List<Edge> targets) {
    // Hooks may close the roots' tensors while the pass runs.
    roots.forEach(Edge::retain);
    OperandCasting casting = mode.casting();
    mode.casting(null);
    try (Scope pass = Scope.open("backward")) {
      discover(roots, targets);
      for (int i = 0; i < roots.size(); i++) {
        arrive(roots.get(i), gradients.get(i).handle());
      }
      for (Edge root : roots) {
        offerIfReady(step(root));
      }
      drain();
      List<@Nullable Tensor> results = new ArrayList<>(targets.size());
      for (Edge target : targets) {
        Tensor result = captured.get(target);
        results.add(result == null ? null : pass.keep(result.handle()));
      }
      return results;
    } finally {
      mode.casting(casting);
      roots.forEach(Edge::release);
    }
  }

  private Step step(Edge edge) {
    Step step = steps.get(edge.node());
    if (step == null) {
      throw new IllegalStateException(edge.node().name() + " was not discovered");
    }
    return step;
  }

  /**
   * Counts, for each node that can be reached, the edges into it; marks those that lead to targets.
   */
  private void discover(List<Edge> roots, List<Edge> targets) {
    ArrayDeque<Step> pending = new ArrayDeque<>();
    List<Step> found = new ArrayList<>();
    for (Edge root : roots) {
      find(root.node(), pending);
    }
    while (!pending.isEmpty()) {
      Step step = pending.poll();
      found.add(step);
      List<@Nullable Edge> next = step.node.next();
      for (int i = 0; i < next.size(); i++) {
        Edge edge = next.get(i);
        if (edge != null) {
          find(edge.node(), pending).waitingFor++;
        }
      }
    }
    if (!captureOnly) {
      return;
    }
    for (Edge target : targets) {
      Step step = steps.get(target.node());
      captured.put(target, null);
      if (step != null) {
        step.isTarget = true;
        step.leadsToTarget = true;
      }
    }
    found.sort(Comparator.comparingLong(step -> step.node.sequence()));
    for (Step step : found) {
      List<@Nullable Edge> next = step.node.next();
      for (int i = 0; i < next.size() && !step.leadsToTarget; i++) {
        Edge edge = next.get(i);
        step.leadsToTarget = edge != null && step(edge).leadsToTarget;
      }
    }
  }

  /** Counts the edges into each node behind what is left. */
  private void discoverRest(List<Deferred> all) {
    ArrayDeque<Step> pending = new ArrayDeque<>();
    for (Deferred each : all) {
      if (!each.started()) {
        find(each.node(), pending);
        continue;
      }
      List<@Nullable Edge> next = each.node().next();
      for (int i = 0; i < next.size(); i++) {
        Edge edge = next.get(i);
        if (edge != null && each.rest().input(i)) {
          find(edge.node(), pending).waitingFor++;
        }
      }
    }
    while (!pending.isEmpty()) {
      for (Edge edge : pending.poll().node.next()) {
        if (edge != null) {
          find(edge.node(), pending).waitingFor++;
        }
      }
    }
  }

  /** Runs the rest of a node, or lets the gradients of one that has not begun wait for others. */
  private void begin(Deferred each) {
    if (!each.started()) {
      for (int i = 0; i < each.gradients().size(); i++) {
        Tensor gradient = each.gradients().get(i);
        if (gradient != null) {
          arrive(new Edge(each.node(), i), gradient);
        }
      }
      return;
    }
    Step step = new Step(each.node());
    for (int i = 0; i < each.gradients().size(); i++) {
      step.gradients.set(i, each.gradients().get(i));
    }
    List<@Nullable Tensor> results = run(step, each.rest());
    each.close();
    each.node().releaseSavedAfterRun();
    List<@Nullable Edge> next = each.node().next();
    for (int i = 0; i < next.size(); i++) {
      Edge edge = next.get(i);
      if (edge != null && each.rest().input(i)) {
        passOn(edge, i < results.size() ? results.get(i) : null);
      }
    }
  }

  /** Keeps for later what a node has to do for inputs that do not lead to targets. */
  private boolean defer(Step step, List<Deferred> later) {
    List<@Nullable Edge> next = step.node.next();
    boolean[] inputs = new boolean[next.size()];
    for (int i = 0; i < inputs.length; i++) {
      Edge edge = next.get(i);
      inputs[i] = edge != null && !step(edge).leadsToTarget;
    }
    Needs rest = new Needs(inputs);
    if (!rest.any() && (step.leadsToTarget || !step.isLeaf())) {
      return false;
    }
    List<@Nullable Tensor> kept = new ArrayList<>();
    for (int i = 0; i < step.gradients.size(); i++) {
      Tensor gradient = step.gradients.get(i);
      kept.add(gradient == null ? null : Scope.detach(gradient.handle()));
    }
    later.add(new Deferred(step.node, kept, rest, step.leadsToTarget));
    return true;
  }

  private Step find(Node node, ArrayDeque<Step> pending) {
    Step step = steps.get(node);
    if (step == null) {
      step = new Step(node);
      steps.put(node, step);
      pending.add(step);
    }
    return step;
  }

  private void drain() {
    while (!ready.isEmpty()) {
      Step step = ready.poll();
      NodeHooks hooks = step.node.hooks();
      if (hooks != null) {
        try (GradMode.Restore recording = GradMode.set(createGraph)) {
          hooks.onTensors(step.node.name(), step.gradients);
        }
      }
      if (step.isTarget) {
        capture(step);
      }
      boolean any = step.hasGradient();
      boolean isLeft = any && deferred != null && defer(step, deferred);
      List<@Nullable Tensor> results = List.of();
      if (step.isLeaf()) {
        if (!captureOnly) {
          runLeaf(step);
        }
      } else if (any) {
        Needs needs = needs(step.node);
        if (needs.any()) {
          results = run(step, needs);
        }
      }
      for (int i = 0; i < step.gradients.size(); i++) {
        Tensor gradient = step.gradients.get(i);
        if (gradient != null) {
          gradient.close();
        }
      }
      if (!retainGraph && any && !isLeft) {
        step.node.releaseSavedAfterRun();
      }
      passOn(step.node, results);
    }
  }

  private Needs needs(Node node) {
    List<@Nullable Edge> next = node.next();
    boolean[] inputs = new boolean[next.size()];
    for (int i = 0; i < inputs.length; i++) {
      Edge edge = next.get(i);
      inputs[i] = edge != null && (!captureOnly || step(edge).leadsToTarget);
    }
    return new Needs(inputs);
  }

  /**
   * Says where gradients will end that come from one place of the graph alone: nobody else adds to
   * them.
   */
  private Needs placed(Node node, Needs needs) {
    if (createGraph || captureOnly) {
      return needs;
    }
    Needs found = needs;
    List<@Nullable Edge> next = node.next();
    for (int i = 0; i < next.size(); i++) {
      Edge edge = next.get(i);
      if (edge != null && needs.input(i) && edge.node() instanceof AccumulateGrad leaf) {
        Step step = step(edge);
        Tensor place = leaf.freeTarget();
        if (place != null && step.waitingFor == 1 && !step.hasGradient()) {
          found = found.withPlace(i, place);
        }
      }
    }
    return found;
  }

  private void runLeaf(Step step) {
    OpObserver observer = mode.observer();
    if (observer == null) {
      step.node.run(step.gradients, Needs.NOTHING, createGraph);
      return;
    }
    observer.begin(step.node.name());
    try {
      step.node.run(step.gradients, Needs.NOTHING, createGraph);
    } finally {
      observer.end();
    }
  }

  /** Runs one node; what it makes on the way is released, what it returns outlives its scope. */
  private List<@Nullable Tensor> run(Step step, Needs needs) {
    OpObserver observer = mode.observer();
    String name = "backward of " + step.node.name();
    if (observer != null) {
      observer.begin(name);
    }
    try (Scope scope = Scope.open(name)) {
      List<@Nullable Tensor> results = runWithHooks(step, placed(step.node, needs));
      if (mode.isAnomaly()) {
        AnomalyMode.check(step.node, results);
      }
      List<@Nullable Tensor> kept = new ArrayList<>(results.size());
      for (int i = 0; i < results.size(); i++) {
        Tensor result = results.get(i);
        kept.add(result == null || !needs.input(i) ? null : handOut(scope, result));
      }
      return kept;
    } finally {
      if (observer != null) {
        observer.end();
      }
    }
  }

  private List<@Nullable Tensor> runWithHooks(Step step, Needs needs) {
    NodeHooks hooks = step.node.hooks();
    if (hooks == null) {
      return step.node.run(step.gradients, needs, createGraph);
    }
    try (GradMode.Restore recording = GradMode.set(createGraph)) {
      hooks.onGradients(step.node.name(), step.gradients);
      List<@Nullable Tensor> results = step.node.run(step.gradients, needs, createGraph);
      return hooks.onResults(step.node.name(), results, step.gradients);
    }
  }

  /** A handle of its own for each gradient: an operation may return one tensor twice. */
  private static Tensor handOut(Scope scope, Tensor result) {
    return scope.keep(result.owner() == scope ? result : result.handle());
  }

  private void passOn(Node node, List<@Nullable Tensor> results) {
    List<@Nullable Edge> next = node.next();
    for (int i = 0; i < next.size(); i++) {
      Edge edge = next.get(i);
      if (edge == null) {
        continue;
      }
      passOn(edge, i < results.size() ? results.get(i) : null);
    }
  }

  private void passOn(Edge edge, @Nullable Tensor result) {
    if (result != null) {
      arrive(edge, result);
    }
    Step step = step(edge);
    step.waitingFor--;
    offerIfReady(step);
  }

  private void offerIfReady(Step step) {
    if (step.waitingFor == 0 && !step.offered) {
      step.offered = true;
      ready.add(step);
    }
  }

  private void arrive(Edge edge, Tensor gradient) {
    List<@Nullable Tensor> slots = step(edge).gradients;
    Tensor before = slots.get(edge.output());
    if (before == null) {
      slots.set(edge.output(), gradient);
      return;
    }
    try (GradMode.Restore mode = GradMode.set(createGraph)) {
      if (!createGraph && before.storage().references() == 1 && before.isContiguous()) {
        before.add_(gradient);
      } else {
        slots.set(edge.output(), before.add(gradient));
        before.close();
      }
      gradient.close();
    }
  }

  private void capture(Step step) {
    for (int i = 0; i < step.gradients.size(); i++) {
      Edge edge = new Edge(step.node, i);
      Tensor gradient = step.gradients.get(i);
      if (gradient != null && captured.containsKey(edge)) {
        captured.put(edge, gradient.handle());
      }
    }
  }

  /** Refuses roots without a graph. */
  static Edge rootOf(Tensor root) {
    Edge edge = root.gradientEdge();
    if (edge == null) {
      throw BackwardException.because(
          "backward of "
              + root.spec()
              + ", which does not require a gradient: expected the result of operations on a leaf"
              + " that does; call requiresGrad(true) on a leaf before the forward pass, outside of"
              + " noGrad and of detach()");
    }
    return edge;
  }
}
