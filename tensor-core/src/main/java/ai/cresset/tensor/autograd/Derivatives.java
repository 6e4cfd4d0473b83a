package ai.cresset.tensor.autograd;

import ai.cresset.error.BackwardException;
import ai.cresset.error.ShapeException;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.op.Cat;
import ai.cresset.tensor.op.Dispatch;
import ai.cresset.type.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Derivatives of functions of tensors, at a point ({@code torch.autograd.functional}). The inputs
 * need not require a gradient, and their gradients are left alone. With {@code createGraph} the
 * answers can be differentiated again, also with respect to inputs that require a gradient.
 */
public final class Derivatives {
  private Derivatives() {}

  /** Tensors to tensors; it must give the same for the same inputs. */
  @FunctionalInterface
  public interface Mapping {
    List<Tensor> apply(List<Tensor> inputs);
  }

  /**
   * A product of a Jacobian with vectors, and the values of the function.
   *
   * @param outputs what the function gave
   * @param products the product: one for each output (jvp) or input (vjp, hvp)
   */
  public record Product(List<Tensor> outputs, List<Tensor> products) {
    public Product {
      outputs = List.copyOf(outputs);
      products = List.copyOf(products);
    }
  }

  // ---- one input, one output ----

  /** The Jacobian of a function, {@code [output dims..., input dims...]}. */
  public static Tensor jacobian(Function<Tensor, Tensor> function, Tensor input) {
    return jacobian(lift(function), List.of(input), false).get(0).get(0);
  }

  /** The Hessian of a function with a scalar result, {@code [input dims..., input dims...]}. */
  public static Tensor hessian(Function<Tensor, Tensor> function, Tensor input) {
    return hessian(lift(function), List.of(input), false).get(0).get(0);
  }

  /** {@code v^T J}, of the input's shape; {@code v} has the output's. */
  public static Tensor vjp(Function<Tensor, Tensor> function, Tensor input, Tensor v) {
    return first(vjp(lift(function), List.of(input), List.of(v), false));
  }

  /** {@code J v}, of the output's shape; {@code v} has the input's. */
  public static Tensor jvp(Function<Tensor, Tensor> function, Tensor input, Tensor v) {
    return first(jvp(lift(function), List.of(input), List.of(v), false));
  }

  /** {@code H v} for a scalar result, of the input's shape, as {@code v}. */
  public static Tensor hvp(Function<Tensor, Tensor> function, Tensor input, Tensor v) {
    return first(hvp(lift(function), List.of(input), List.of(v), false));
  }

  private static Mapping lift(Function<Tensor, Tensor> function) {
    return inputs -> List.of(function.apply(inputs.get(0)));
  }

  private static Tensor first(Product product) {
    return product.products().get(0);
  }

  // ---- several of each ----

  /**
   * The Jacobian, row by row: a backward pass for each element of the outputs.
   *
   * @return for each output, for each input: {@code [output dims..., input dims...]}
   */
  public static List<List<Tensor>> jacobian(
      Mapping function, List<Tensor> inputs, boolean createGraph) {
    try (Scope scope = Scope.open("jacobian");
        GradMode.Restore recording = GradMode.enable()) {
      List<Tensor> points = points(inputs, createGraph);
      List<List<Tensor>> result = new ArrayList<>();
      for (Tensor output : function.apply(points)) {
        List<Tensor> blocks = rows(output, points, createGraph);
        for (Tensor block : blocks) {
          scope.keep(block);
        }
        result.add(blocks);
      }
      return result;
    }
  }

  private static List<Tensor> rows(Tensor output, List<Tensor> points, boolean createGraph) {
    int count = Math.toIntExact(output.numel());
    Tensor[][] rows = new Tensor[points.size()][count];
    for (int i = 0; i < count; i++) {
      double[] unit = new double[count];
      unit[i] = 1;
      Tensor one = Tensor.of(unit, output.shape().toArray()).to(output.dtype()).to(output.device());
      List<@Nullable Tensor> gradients =
          output.requiresGrad()
              ? Autograd.gradOrNull(List.of(output), points, List.of(one), true, createGraph)
              : nothing(points.size());
      for (int j = 0; j < rows.length; j++) {
        Tensor point = points.get(j);
        Tensor gradient = gradients.get(j);
        Tensor row = gradient == null ? Tensor.zeros(point.spec()) : gradient;
        rows[j][i] = row.reshape(point.shape().insert(0, 1));
      }
    }
    List<Tensor> blocks = new ArrayList<>();
    for (int j = 0; j < rows.length; j++) {
      Tensor point = points.get(j);
      Shape shape = joined(output.shape(), point.shape());
      blocks.add(
          count == 0
              ? Tensor.zeros(point.spec().withShape(shape))
              : Dispatch.apply(new Cat(0), rows[j]).reshape(shape));
    }
    return blocks;
  }

  private static List<@Nullable Tensor> nothing(int count) {
    List<@Nullable Tensor> result = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      result.add(null);
    }
    return result;
  }

  private static Shape joined(Shape left, Shape right) {
    long[] sizes = new long[left.rank() + right.rank()];
    System.arraycopy(left.toArray(), 0, sizes, 0, left.rank());
    System.arraycopy(right.toArray(), 0, sizes, left.rank(), right.rank());
    return Shape.of(sizes);
  }

  /**
   * The Hessian of a function with one scalar result.
   *
   * @return for each pair of inputs i and j: {@code [dims of i..., dims of j...]}
   */
  public static List<List<Tensor>> hessian(
      Mapping function, List<Tensor> inputs, boolean createGraph) {
    Mapping gradient = points -> gradient("hessian", function, points);
    return jacobian(gradient, inputs, createGraph);
  }

  private static List<Tensor> gradient(String what, Mapping function, List<Tensor> points) {
    Tensor output = scalar(what, function.apply(points));
    return filled(slopes(List.of(output), points, List.of(ones(output)), true), points);
  }

  private static Tensor scalar(String what, List<Tensor> outputs) {
    if (outputs.size() != 1 || outputs.get(0).numel() != 1) {
      throw ShapeException.mismatch(
          what,
          "a function with one result of one element",
          outputs.stream().map(output -> output.spec().toString()).toList());
    }
    return outputs.get(0);
  }

  private static Tensor ones(Tensor like) {
    return Tensor.ones(like.spec());
  }

  /**
   * The product of vectors with the Jacobian: one backward pass.
   *
   * @param vectors one for each output, of its shape
   */
  public static Product vjp(
      Mapping function, List<Tensor> inputs, List<Tensor> vectors, boolean createGraph) {
    try (Scope scope = Scope.open("vjp");
        GradMode.Restore recording = GradMode.enable()) {
      List<Tensor> points = points(inputs, createGraph);
      List<Tensor> outputs = function.apply(points);
      checkVectors("vjp", "output", outputs, vectors);
      List<Tensor> products = filled(slopes(outputs, points, vectors, createGraph), points);
      return handOut(scope, outputs, products, createGraph);
    }
  }

  /**
   * The product of the Jacobian with vectors, by differentiating {@code v^T J} for {@code v}.
   *
   * @param vectors one for each input, of its shape
   */
  public static Product jvp(
      Mapping function, List<Tensor> inputs, List<Tensor> vectors, boolean createGraph) {
    checkVectors("jvp", "input", inputs, vectors);
    try (Scope scope = Scope.open("jvp");
        GradMode.Restore recording = GradMode.enable()) {
      List<Tensor> points = points(inputs, createGraph);
      List<Tensor> outputs = function.apply(points);
      List<Tensor> dual = new ArrayList<>();
      for (Tensor output : outputs) {
        dual.add(Tensor.zeros(output.spec()).requiresGrad(true));
      }
      List<Tensor> transposed = filled(slopes(outputs, points, dual, true), points);
      List<Tensor> products = filled(slopes(transposed, dual, vectors, createGraph), dual);
      return handOut(scope, outputs, products, createGraph);
    }
  }

  /**
   * The product of the Hessian of a function with one scalar result with vectors.
   *
   * @param vectors one for each input, of its shape
   */
  public static Product hvp(
      Mapping function, List<Tensor> inputs, List<Tensor> vectors, boolean createGraph) {
    checkVectors("hvp", "input", inputs, vectors);
    try (Scope scope = Scope.open("hvp");
        GradMode.Restore recording = GradMode.enable()) {
      List<Tensor> points = points(inputs, createGraph);
      List<Tensor> outputs = function.apply(points);
      Tensor output = scalar("hvp", outputs);
      List<Tensor> gradient = filled(slopes(outputs, points, List.of(ones(output)), true), points);
      List<Tensor> products = filled(slopes(gradient, points, vectors, createGraph), points);
      return handOut(scope, outputs, products, createGraph);
    }
  }

  // ---- parts ----

  /** The inputs as places of their own: leaves, or behind the caller's graph. */
  private static List<Tensor> points(List<Tensor> inputs, boolean createGraph) {
    List<Tensor> points = new ArrayList<>();
    for (Tensor input : inputs) {
      if (!input.dtype().isFloating()) {
        throw BackwardException.because(
            "derivatives with respect to "
                + input.spec()
                + " do not exist; expected floating inputs, let the function capture others");
      }
      points.add(
          createGraph && input.requiresGrad()
              ? Dispatch.apply(new Passage("input"), input)
              : input.detach().requiresGrad(true));
    }
    return points;
  }

  private static List<@Nullable Tensor> slopes(
      List<Tensor> outputs, List<Tensor> points, List<Tensor> vectors, boolean createGraph) {
    List<Tensor> roots = new ArrayList<>();
    List<Tensor> cotangents = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      if (outputs.get(i).requiresGrad()) {
        roots.add(outputs.get(i));
        cotangents.add(vectors.get(i));
      }
    }
    return roots.isEmpty()
        ? nothing(points.size())
        : Autograd.gradOrNull(roots, points, cotangents, true, createGraph);
  }

  private static List<Tensor> filled(List<@Nullable Tensor> gradients, List<Tensor> like) {
    List<Tensor> result = new ArrayList<>();
    for (int i = 0; i < gradients.size(); i++) {
      Tensor gradient = gradients.get(i);
      result.add(gradient == null ? Tensor.zeros(like.get(i).spec()) : gradient);
    }
    return result;
  }

  private static Product handOut(
      Scope scope, List<Tensor> outputs, List<Tensor> products, boolean createGraph) {
    List<Tensor> values = new ArrayList<>();
    for (Tensor output : outputs) {
      values.add(scope.keep(createGraph ? output.alias() : output.detach()));
    }
    List<Tensor> answers = new ArrayList<>();
    for (Tensor product : products) {
      answers.add(scope.keep(createGraph ? product.alias() : product.detach()));
    }
    return new Product(values, answers);
  }

  private static void checkVectors(
      String what, String side, List<Tensor> tensors, List<Tensor> vectors) {
    if (tensors.size() != vectors.size()) {
      throw ShapeException.mismatch(
          what, "a vector for each of " + tensors.size() + " " + side + "s", vectors.size());
    }
    for (int i = 0; i < tensors.size(); i++) {
      if (!tensors.get(i).spec().equals(vectors.get(i).spec())) {
        throw ShapeException.mismatch(
            what,
            "vector " + i + " like its " + side + ", " + tensors.get(i).spec(),
            vectors.get(i).spec());
      }
    }
  }
}
