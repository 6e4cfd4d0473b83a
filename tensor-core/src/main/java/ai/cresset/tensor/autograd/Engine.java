package ai.cresset.tensor.autograd;

import ai.cresset.error.BackwardException;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.op.Needs;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One backward pass. Nodes run when every gradient they wait for has come; among those that could
 * run, accumulators of leaves go first (so that their hooks can start communication early), then
 * the latest node of the forward pass. The order is a function of the graph alone.
 */
final class Engine {
  private static final Comparator<Node> ORDER =
      Comparator.<Node, Boolean>comparing(node -> !(node instanceof AccumulateGrad))
          .thenComparing(Comparator.comparingLong(Node::sequence).reversed());

  private final boolean retainGraph;
  private final boolean createGraph;
  private final Map<Node, Integer> waitingFor = new HashMap<>();
  private final Map<Node, List<@Nullable Tensor>> arrived = new HashMap<>();
  private final Map<Edge, @Nullable Tensor> captured = new HashMap<>();
  private final Set<Node> wanted = new HashSet<>();
  private final PriorityQueue<Node> ready = new PriorityQueue<>(ORDER);

  private Engine(boolean retainGraph, boolean createGraph) {
    this.retainGraph = retainGraph;
    this.createGraph = createGraph;
  }

  /**
   * Runs the pass.
   *
   * @param targets places whose gradients are returned; if empty, leaves accumulate theirs
   * @return a gradient for each target, null where nothing came; owned by the current scope
   */
  static List<@Nullable Tensor> run(
      List<Edge> roots,
      List<Tensor> gradients,
      List<Edge> targets,
      boolean retainGraph,
      boolean createGraph) {
    Engine engine = new Engine(retainGraph, createGraph);
    try (Scope pass = Scope.open("backward")) {
      engine.discover(roots, targets);
      for (int i = 0; i < roots.size(); i++) {
        engine.arrive(roots.get(i), gradients.get(i));
      }
      for (Edge root : roots) {
        engine.offerIfReady(root.node());
      }
      engine.drain(!targets.isEmpty());
      List<@Nullable Tensor> results = new ArrayList<>();
      for (Edge target : targets) {
        Tensor result = engine.captured.get(target);
        results.add(result == null ? null : pass.keep(result.alias()));
      }
      return results;
    }
  }

  /**
   * Counts, for each node that can be reached, the edges into it; marks those that lead to targets.
   */
  private void discover(List<Edge> roots, List<Edge> targets) {
    Set<Node> seen = new HashSet<>();
    ArrayDeque<Node> pending = new ArrayDeque<>();
    List<Node> order = new ArrayList<>();
    for (Edge root : roots) {
      if (seen.add(root.node())) {
        pending.add(root.node());
      }
    }
    while (!pending.isEmpty()) {
      Node node = pending.poll();
      order.add(node);
      for (Edge edge : node.next()) {
        if (edge != null) {
          waitingFor.merge(edge.node(), 1, Integer::sum);
          if (seen.add(edge.node())) {
            pending.add(edge.node());
          }
        }
      }
    }
    if (targets.isEmpty()) {
      wanted.addAll(order);
      return;
    }
    targets.forEach(target -> captured.put(target, null));
    Set<Node> goals = new HashSet<>();
    targets.forEach(target -> goals.add(target.node()));
    order.sort(Comparator.comparingLong(Node::sequence));
    for (Node node : order) {
      boolean leads = goals.contains(node);
      for (Edge edge : node.next()) {
        leads |= edge != null && wanted.contains(edge.node());
      }
      if (leads) {
        wanted.add(node);
      }
    }
  }

  private void drain(boolean captureOnly) {
    while (!ready.isEmpty()) {
      Node node = ready.poll();
      List<@Nullable Tensor> gradients = arrived.remove(node);
      if (gradients == null) {
        gradients = emptySlots(node);
      }
      capture(node, gradients);
      boolean leaf = node instanceof AccumulateGrad;
      boolean any = gradients.stream().anyMatch(gradient -> gradient != null);
      List<@Nullable Tensor> results = List.of();
      if (any && !(leaf && captureOnly) && needed(node)) {
        results = step(node, gradients);
      } else if (leaf && !captureOnly) {
        node.run(gradients, new Needs(), createGraph);
      }
      for (Tensor gradient : gradients) {
        if (gradient != null && !captured.containsValue(gradient)) {
          gradient.close();
        }
      }
      if (!retainGraph && any) {
        node.releaseSavedAfterRun();
      }
      passOn(node, results);
    }
  }

  private boolean needed(Node node) {
    return node instanceof AccumulateGrad || needs(node).any();
  }

  private Needs needs(Node node) {
    List<@Nullable Edge> next = node.next();
    boolean[] inputs = new boolean[next.size()];
    for (int i = 0; i < inputs.length; i++) {
      Edge edge = next.get(i);
      inputs[i] = edge != null && wanted.contains(edge.node());
    }
    return new Needs(inputs);
  }

  /** Runs one node; what it makes on the way is released, what it returns outlives its scope. */
  private List<@Nullable Tensor> step(Node node, List<@Nullable Tensor> gradients) {
    Needs needs = needs(node);
    try (Scope scope = Scope.open("backward of " + node.name())) {
      List<@Nullable Tensor> results = node.run(gradients, needs, createGraph);
      List<@Nullable Tensor> kept = new ArrayList<>(results.size());
      for (int i = 0; i < results.size(); i++) {
        Tensor result = results.get(i);
        kept.add(result == null || !needs.input(i) ? null : scope.keep(result.alias()));
      }
      return kept;
    }
  }

  private void passOn(Node node, List<@Nullable Tensor> results) {
    List<@Nullable Edge> next = node.next();
    for (int i = 0; i < next.size(); i++) {
      Edge edge = next.get(i);
      if (edge == null) {
        continue;
      }
      Tensor result = i < results.size() ? results.get(i) : null;
      if (result != null) {
        arrive(edge, result);
      }
      waitingFor.merge(edge.node(), -1, Integer::sum);
      offerIfReady(edge.node());
    }
  }

  private void offerIfReady(Node node) {
    if (waitingFor.getOrDefault(node, 0) == 0) {
      waitingFor.put(node, -1);
      ready.add(node);
    }
  }

  private static List<@Nullable Tensor> emptySlots(Node node) {
    List<@Nullable Tensor> slots = new ArrayList<>();
    for (int i = 0; i < node.numOutputs(); i++) {
      slots.add(null);
    }
    return slots;
  }

  private void arrive(Edge edge, Tensor gradient) {
    List<@Nullable Tensor> slots = arrived.computeIfAbsent(edge.node(), Engine::emptySlots);
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

  private void capture(Node node, List<@Nullable Tensor> gradients) {
    for (int i = 0; i < gradients.size(); i++) {
      Edge edge = new Edge(node, i);
      Tensor gradient = gradients.get(i);
      if (captured.containsKey(edge) && gradient != null) {
        captured.put(edge, gradient);
      }
    }
  }

  /** Refuses roots without a graph. */
  static Edge rootOf(Tensor root) {
    Edge edge = root.gradientEdge();
    if (edge == null) {
      throw BackwardException.because(
          "backward of a tensor that does not require a gradient: "
              + root.spec()
              + "; call requiresGrad(true) on a leaf before the forward pass");
    }
    return edge;
  }
}
