package ai.cresset.tensor.autograd;

import ai.cresset.error.BackwardException;
import ai.cresset.error.DTypeException;
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
   * @return one for each input
   * @throws BackwardException if the roots do not depend on an input
   */
  public static List<Tensor> grad(
      List<Tensor> roots,
      List<Tensor> inputs,
      List<Tensor> gradients,
      boolean retainGraph,
      boolean createGraph) {
    List<@Nullable Tensor> found = gradOrNull(roots, inputs, gradients, retainGraph, createGraph);
    List<Tensor> result = new ArrayList<>(found.size());
    for (int i = 0; i < found.size(); i++) {
      Tensor gradient = found.get(i);
      if (gradient == null) {
        throw BackwardException.because(
            "grad: the roots do not depend on input "
                + i
                + ", "
                + inputs.get(i).spec()
                + "; expected an input that was used to compute them: leave it out, or call"
                + " gradOrNull to get null for it");
      }
      result.add(gradient);
    }
    return result;
  }

  /**
   * The same with null where the roots do not depend on an input ({@code allow_unused=True}).
   *
   * @throws BackwardException if an input does not require a gradient
   */
  public static List<@Nullable Tensor> gradOrNull(
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
    try (Tensor ones = onesLike(root)) {
      return grad(List.of(root), List.of(input), List.of(ones), createGraph, createGraph).get(0);
    }
  }

  /** Runs {@code body} without recording ({@code torch.no_grad}). */
  public static <T> T noGrad(Supplier<T> body) {
    try (GradMode.Restore off = GradMode.disable()) {
      return body.get();
    }
  }

  /** Runs {@code body} in {@link InferenceMode}. */
  public static <T> T inference(Supplier<T> body) {
    try (GradMode.Restore mode = InferenceMode.enable()) {
      return body.get();
    }
  }

  /**
   * Looks for the origin of a NaN until the result is closed ({@code
   * torch.autograd.detect_anomaly}). Run forward and backward inside: a backward pass that makes a
   * NaN throws, and the text names the operation and where the forward pass called it. Slow.
   *
   * <pre>{@code
   * try (GradMode.Restore anomaly = Autograd.detectAnomaly()) {
   *   model.call(batch).backward();
   * }
   * }</pre>
   */
  public static GradMode.Restore detectAnomaly() {
    return AnomalyMode.enable();
  }

  private static Tensor onesLike(Tensor root) {
    if (root.numel() != 1) {
      throw BackwardException.because(
          "backward without a gradient needs a tensor of one element, got "
              + root.spec()
              + "; pass a gradient of its shape or reduce it with sum() or mean()");
    }
    Engine.rootOf(root);
    return Tensor.ones(root.spec());
  }

  private static List<Edge> edges(List<Tensor> tensors) {
    List<Edge> edges = new ArrayList<>();
    for (Tensor tensor : tensors) {
      edges.add(Engine.rootOf(tensor));
    }
    return edges;
  }

  static void checkGradients(List<Tensor> roots, List<Tensor> gradients) {
    if (roots.size() != gradients.size()) {
      throw BackwardException.because(
          "backward: expected a gradient for each of "
              + roots.size()
              + " roots, got "
              + gradients.size());
    }
    for (int i = 0; i < roots.size(); i++) {
      Tensor root = roots.get(i);
      Tensor gradient = gradients.get(i);
      if (!root.shape().equals(gradient.shape())) {
        throw ShapeException.mismatch(
            "backward",
            "a gradient of the root's shape " + root.shape(),
            gradient.shape() + "; expand or reshape it");
      }
      if (root.dtype() != gradient.dtype()) {
        throw DTypeException.mismatch("backward: gradient", root.dtype(), gradient.dtype());
      }
    }
  }
}
