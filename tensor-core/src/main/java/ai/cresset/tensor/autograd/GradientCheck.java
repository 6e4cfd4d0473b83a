package ai.cresset.tensor.autograd;

import ai.cresset.error.BackwardException;
import ai.cresset.error.DTypeException;
import ai.cresset.memory.Scope;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Creation;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Compares gradients with central differences, element by element, in float64 ({@code
 * torch.autograd.gradcheck}, {@code gradgradcheck}).
 *
 * @param epsilon step of the differences
 * @param relative tolerance relative to the difference
 * @param absolute tolerance beside it
 */
public record GradientCheck(double epsilon, double relative, double absolute) {
  /** Steps of 1e-6, tolerances 1e-5 relative and 1e-6 absolute. */
  public static final GradientCheck DEFAULT = new GradientCheck(1e-6, 1e-5, 1e-6);

  private static final int MOST_MASKED = 8;

  /** What is checked: tensors to tensors. It must give the same for the same inputs. */
  @FunctionalInterface
  public interface Function {
    List<Tensor> apply(List<Tensor> inputs);
  }

  /**
   * Checks the first derivatives.
   *
   * @param inputs float64 leaves that require a gradient, of any strides that do not repeat memory;
   *     others are held constant. Their content changes meanwhile and is restored.
   * @throws BackwardException that names the first input and element that differ
   */
  public void first(Function function, List<Tensor> inputs) {
    List<Tensor> leaves = leaves(inputs);
    List<Tensor> cotangents = new ArrayList<>();
    List<@Nullable Tensor> analytic;
    try (Scope scope = Scope.open("gradient check")) {
      List<Tensor> outputs = floating(function.apply(inputs));
      Generator generator = new Generator(17);
      for (Tensor output : outputs) {
        cotangents.add(Creation.normal(output.spec(), 0, 1, generator));
      }
      analytic = gradients(outputs, leaves, cotangents, false);
      cotangents.forEach(Scope::detach);
      for (Tensor gradient : analytic) {
        if (gradient != null) {
          Scope.detach(gradient);
        }
      }
    }
    try {
      for (int i = 0; i < leaves.size(); i++) {
        compare(function, inputs, leaves.get(i), cotangents, analytic.get(i));
      }
    } finally {
      cotangents.forEach(Tensor::close);
      for (Tensor gradient : analytic) {
        if (gradient != null) {
          gradient.close();
        }
      }
    }
  }

  /**
   * Checks the second derivatives: those of the gradients, with respect to the inputs and to the
   * cotangents.
   */
  public void second(Function function, List<Tensor> inputs) {
    try (Scope scope = Scope.open("second gradient check")) {
      List<Tensor> all = new ArrayList<>(inputs);
      Generator generator = new Generator(19);
      for (Tensor output : floating(function.apply(inputs))) {
        all.add(Creation.normal(output.spec(), 0, 1, generator).requiresGrad(true));
      }
      int count = inputs.size();
      first(
          each -> {
            List<Tensor> parts = each.subList(0, count);
            List<Tensor> outputs = floating(function.apply(parts));
            List<Tensor> cotangents = each.subList(count, each.size());
            List<Tensor> found = new ArrayList<>();
            for (Tensor gradient : gradients(outputs, leaves(parts), cotangents, true)) {
              if (gradient != null) {
                found.add(gradient);
              }
            }
            return found;
          },
          all);
    }
  }

  /**
   * Checks that gradients do not depend on which of them are asked for: each subset of the inputs
   * gives the bits that all give together.
   *
   * @throws BackwardException that names the subset and the input that differ
   */
  public void masks(Function function, List<Tensor> inputs) {
    List<Tensor> leaves = leaves(inputs);
    if (leaves.size() > MOST_MASKED) {
      throw BackwardException.because(
          "gradient check: expected at most "
              + MOST_MASKED
              + " inputs that require a gradient for all subsets of them, got "
              + leaves.size());
    }
    int all = (1 << leaves.size()) - 1;
    double[][] expected = masked(function, inputs, leaves, all);
    for (int mask = 1; mask < all; mask++) {
      double[][] found = masked(function, inputs, leaves, mask);
      for (int i = 0; i < leaves.size(); i++) {
        if ((mask >> i & 1) == 1 && !Arrays.equals(expected[i], found[i])) {
          throw BackwardException.because(
              "gradient of input "
                  + place(inputs, leaves.get(i))
                  + " "
                  + leaves.get(i).spec()
                  + ": with the needs mask "
                  + Integer.toBinaryString(mask)
                  + " backward gives "
                  + Arrays.toString(found[i])
                  + ", with all inputs "
                  + Arrays.toString(expected[i]));
        }
      }
    }
  }

  /** The gradients of the leaves in the mask; the others are frozen meanwhile. */
  private static double[][] masked(
      Function function, List<Tensor> inputs, List<Tensor> leaves, int mask) {
    for (int i = 0; i < leaves.size(); i++) {
      leaves.get(i).requiresGrad((mask >> i & 1) == 1);
    }
    double[][] result = new double[leaves.size()][];
    try (Scope scope = Scope.open("gradient check of needs")) {
      List<Tensor> wanted = leaves(inputs);
      List<Tensor> outputs = floating(function.apply(inputs));
      Generator generator = new Generator(17);
      List<Tensor> cotangents = new ArrayList<>();
      for (Tensor output : outputs) {
        cotangents.add(Creation.normal(output.spec(), 0, 1, generator));
      }
      List<@Nullable Tensor> gradients = gradients(outputs, wanted, cotangents, false);
      int next = 0;
      for (int i = 0; i < result.length; i++) {
        Tensor gradient = (mask >> i & 1) == 1 ? gradients.get(next++) : null;
        result[i] = gradient == null ? new double[0] : gradient.toDoubleArray();
      }
      return result;
    } finally {
      leaves.forEach(leaf -> leaf.requiresGrad(true));
    }
  }

  private static List<Tensor> leaves(List<Tensor> inputs) {
    List<Tensor> leaves = new ArrayList<>();
    for (Tensor input : inputs) {
      if (input.requiresGrad()) {
        if (!input.isLeaf()) {
          throw BackwardException.because(
              "gradient check: expected leaves, got "
                  + input.spec()
                  + ", the result of an operation; detach() it and call requiresGrad(true)");
        }
        if (input.dtype() != DType.FLOAT64) {
          throw DTypeException.mismatch("gradient check", DType.FLOAT64, input.dtype());
        }
        leaves.add(input);
      }
    }
    return leaves;
  }

  private static List<Tensor> floating(List<Tensor> outputs) {
    List<Tensor> floating = new ArrayList<>();
    for (Tensor output : outputs) {
      if (output.dtype().isFloating()) {
        floating.add(output);
      }
    }
    return floating;
  }

  private static List<@Nullable Tensor> gradients(
      List<Tensor> outputs, List<Tensor> leaves, List<Tensor> cotangents, boolean createGraph) {
    List<Tensor> roots = new ArrayList<>();
    List<Tensor> incoming = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      if (outputs.get(i).requiresGrad()) {
        roots.add(outputs.get(i));
        incoming.add(cotangents.get(i));
      }
    }
    if (roots.isEmpty()) {
      return Collections.nCopies(leaves.size(), null);
    }
    return Autograd.gradOrNull(roots, leaves, incoming, false, createGraph);
  }

  private void compare(
      Function function,
      List<Tensor> inputs,
      Tensor leaf,
      List<Tensor> cotangents,
      @Nullable Tensor analytic) {
    double[] original = leaf.toDoubleArray();
    double[] expected = analytic == null ? new double[original.length] : analytic.toDoubleArray();
    for (int at = 0; at < original.length; at++) {
      double above = shifted(function, inputs, leaf, original, at, epsilon, cotangents);
      double below = shifted(function, inputs, leaf, original, at, -epsilon, cotangents);
      double numeric = (above - below) / (2 * epsilon);
      double error = Math.abs(expected[at] - numeric);
      if (!(error <= absolute + relative * Math.abs(numeric))) {
        throw BackwardException.because(
            "gradient of input "
                + place(inputs, leaf)
                + " "
                + leaf.spec()
                + " at element "
                + at
                + (leaf.rank() > 1 ? " " + position(leaf.shape(), at) : "")
                + ": backward gives "
                + (analytic == null ? "nothing" : Double.toString(expected[at]))
                + ", central differences "
                + numeric
                + ", which differ by "
                + error
                + " where "
                + (absolute + relative * Math.abs(numeric))
                + " is allowed");
      }
    }
  }

  private static int place(List<Tensor> inputs, Tensor leaf) {
    for (int i = 0; i < inputs.size(); i++) {
      if (inputs.get(i) == leaf) {
        return i;
      }
    }
    return -1;
  }

  private static String position(Shape shape, int element) {
    long[] indices = new long[shape.rank()];
    long rest = element;
    for (int dim = indices.length - 1; dim >= 0; dim--) {
      indices[dim] = rest % shape.size(dim);
      rest /= shape.size(dim);
    }
    return Arrays.toString(indices);
  }

  /** The inner product of outputs and cotangents with one element shifted. */
  private static double shifted(
      Function function,
      List<Tensor> inputs,
      Tensor leaf,
      double[] original,
      int at,
      double shift,
      List<Tensor> cotangents) {
    double[] moved = original.clone();
    moved[at] += shift;
    try (Scope scope = Scope.open("central difference")) {
      overwrite(leaf, moved);
      double sum = 0;
      List<Tensor> outputs = floating(function.apply(inputs));
      for (int i = 0; i < outputs.size(); i++) {
        double[] values = outputs.get(i).toDoubleArray();
        double[] weights = cotangents.get(i).toDoubleArray();
        for (int j = 0; j < values.length; j++) {
          sum += values[j] * weights[j];
        }
      }
      return sum;
    } finally {
      overwrite(leaf, original);
    }
  }

  private static void overwrite(Tensor leaf, double[] values) {
    try (Scope scope = Scope.open("overwrite");
        GradMode.Restore off = GradMode.disable()) {
      leaf.copy_(Tensor.of(values, leaf.shape().toArray()).to(leaf.device()));
    }
  }
}
