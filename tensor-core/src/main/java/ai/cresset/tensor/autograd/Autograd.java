package ai.cresset.tensor.autograd;

import ai.cresset.error.BackwardException;
import ai.cresset.error.ShapeException;
import ai.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Entry points of automatic differentiation ({@code torch.autograd}). */
public final class Autograd {
  private Autograd() {}

  /** Runs the backward pass of a scalar and frees the graph. */
  public static void backward(Tensor root) {
    backward(root, false, false);
  }

  /** Runs the backward pass of a scalar; see {@link #backward(List, List, boolean, boolean)}. */
  public static void backward(Tensor root, boolean retainGraph, boolean createGraph) {
    try (Tensor ones = onesLike(root)) {
      backward(List.of(root), List.of(ones), retainGraph, createGraph);
    }
  }

  /**
   * Back-propagates cotangents; leaves accumulate their gradients.
   *
   * @param gradients one for each root, of its shape
   * @param retainGraph keep saved tensors for another pass
   * @param createGraph record the pass itself, for higher derivatives
   */
  public static void backward(
      List<Tensor> roots, List<Tensor> gradients, boolean retainGraph, boolean createGraph) {
    checkGradients(roots, gradients);
    Engine.run(edges(roots), gradients, List.of(), retainGraph || createGraph, createGraph);
  }

  /**
   * Gradients of roots with respect to inputs, without touching the gradients of leaves.
   *
   * @return one for each input, null where the roots do not depend on it
   */
  public static List<@Nullable Tensor> grad(
      List<Tensor> roots,
      List<Tensor> inputs,
      List<Tensor> gradients,
      boolean retainGraph,
      boolean createGraph) {
    checkGradients(roots, gradients);
    if (inputs.isEmpty()) {
      return List.of();
    }
    return Engine.run(
        edges(roots), gradients, edges(inputs), retainGraph || createGraph, createGraph);
  }

  /**
   * The gradient of a scalar with respect to one input, recorded if {@code createGraph}.
   *
   * @throws BackwardException if the root does not depend on the input
   */
  public static Tensor grad(Tensor root, Tensor input, boolean createGraph) {
    Tensor result;
    try (Tensor ones = onesLike(root)) {
      List<Tensor> gradients = List.of(ones);
      result = grad(List.of(root), List.of(input), gradients, createGraph, createGraph).get(0);
    }
    if (result == null) {
      throw BackwardException.because("the root does not depend on the input " + input.spec());
    }
    return result;
  }

  /** Runs {@code body} without recording ({@code torch.no_grad}). */
  public static <T> T noGrad(Supplier<T> body) {
    try (GradMode.Restore off = GradMode.disable()) {
      return body.get();
    }
  }

  private static Tensor onesLike(Tensor root) {
    if (root.numel() != 1) {
      throw BackwardException.because(
          "backward without a gradient needs a tensor of one element, got "
              + root.spec()
              + "; pass a gradient of its shape or reduce it with sum() or mean()");
    }
    return Tensor.ones(root.spec());
  }

  private static List<Edge> edges(List<Tensor> roots) {
    List<Edge> edges = new ArrayList<>();
    for (Tensor root : roots) {
      edges.add(Engine.rootOf(root));
    }
    return edges;
  }

  private static void checkGradients(List<Tensor> roots, List<Tensor> gradients) {
    if (roots.size() != gradients.size()) {
      throw BackwardException.because(
          gradients.size() + " gradients for " + roots.size() + " roots");
    }
    for (int i = 0; i < roots.size(); i++) {
      if (!roots.get(i).spec().equals(gradients.get(i).spec())) {
        throw ShapeException.mismatch(
            "backward", "a gradient of " + roots.get(i).spec(), gradients.get(i).spec());
      }
    }
  }
}
