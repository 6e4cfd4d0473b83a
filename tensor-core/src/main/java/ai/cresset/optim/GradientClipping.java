package ai.cresset.optim;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.Reduction;
import ai.cresset.backend.View;
import ai.cresset.error.ConfigException;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import ai.cresset.type.Strides;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps gradients small. Norms are taken in the order of the parameters and added in double
 * precision, so that the result does not depend on threads. Parameters without a gradient do not
 * count.
 *
 * <p>The sum of squares and the scaling stand apart, because workers that hold parts of the
 * parameters add their sums in between.
 */
public final class GradientClipping {
  private static final double SMALL = 1e-6;
  private static final FusedUpdate CLAMP =
      new FusedUpdate(
          1,
          2,
          Expr.input(0)
              .apply(BinaryFunction.MAX, Expr.scalar(0))
              .apply(BinaryFunction.MIN, Expr.scalar(1)));

  private GradientClipping() {}

  /** Where the squares of a gradient are added up, and in which type. */
  private record Place(Device device, DType type) {
    static Place of(Tensor gradient) {
      boolean wide = gradient.dtype() == DType.FLOAT64;
      return new Place(gradient.device(), wide ? DType.FLOAT64 : DType.FLOAT32);
    }
  }

  /** The sum of the squares of all gradients. */
  public static double sumOfSquares(Collection<? extends Tensor> parameters) {
    List<Tensor> gradients = new ArrayList<>();
    Map<Place, List<Integer>> places = new LinkedHashMap<>();
    for (Tensor parameter : parameters) {
      Tensor gradient = parameter.grad();
      if (gradient != null) {
        places
            .computeIfAbsent(Place.of(gradient), missing -> new ArrayList<>())
            .add(gradients.size());
        gradients.add(gradient);
      }
    }
    double[] squares = new double[gradients.size()];
    try (Scope scope = Scope.open("gradient norm")) {
      // Whoever reads from a device waits for it, so all its sums are read at once.
      places.forEach(
          (place, numbers) -> {
            Tensor sums =
                Tensor.empty(new Spec(Shape.of(numbers.size()), place.type(), place.device()));
            for (int i = 0; i < numbers.size(); i++) {
              Tensor gradient = gradients.get(numbers.get(i));
              View sum = element(sums.materialize(), i, gradient.rank());
              gradient.backend().reduce(Reduction.SUM_SQUARES, gradient.materialize(), sum);
            }
            double[] values = sums.toDoubleArray();
            for (int i = 0; i < values.length; i++) {
              squares[numbers.get(i)] = values[i];
            }
          });
    }
    double total = 0;
    for (double square : squares) {
      total += square;
    }
    return total;
  }

  private static View element(View vector, int index, int rank) {
    long[] ones = new long[rank];
    Arrays.fill(ones, 1);
    return new View(
        vector.storage(),
        vector.offset() + index,
        Shape.of(ones),
        Strides.of(ones),
        vector.dtype());
  }

  /** The Euclidean norm of all gradients taken together. */
  public static double globalNorm(Collection<? extends Tensor> parameters) {
    return Math.sqrt(sumOfSquares(parameters));
  }

  /**
   * What to multiply gradients of this norm with so that it becomes {@code maximum} at most; 1 if
   * it is that already. As PyTorch, {@code maximum / (norm + 1e-6)}.
   */
  public static double factor(double norm, double maximum) {
    return Math.min(1, maximum / (norm + SMALL));
  }

  /** Multiplies all gradients in place; a factor of 1 changes nothing. */
  public static void scale(Collection<? extends Tensor> parameters, double factor) {
    if (factor == 1) {
      return;
    }
    try (GradMode.Restore off = GradMode.disable()) {
      for (Tensor parameter : parameters) {
        Tensor gradient = parameter.grad();
        if (gradient != null) {
          gradient.mul_(factor);
        }
      }
    }
  }

  /**
   * Scales all gradients so that their common norm is {@code maximum} at most ({@code
   * torch.nn.utils.clip_grad_norm_}).
   *
   * @return the norm before
   */
  public static double byGlobalNorm(Collection<? extends Tensor> parameters, double maximum) {
    Checks.atLeastZero("clipping norm", maximum);
    double norm = globalNorm(parameters);
    scale(parameters, factor(norm, maximum));
    return norm;
  }

  /**
   * Scales all gradients so that their common norm of any order is {@code maximum} at most ({@code
   * clip_grad_norm_} with {@code norm_type}).
   *
   * @param order above 0; infinity for the largest absolute value
   * @return the norm before
   */
  public static double byNorm(
      Collection<? extends Tensor> parameters, double maximum, double order) {
    Checks.atLeastZero("clipping norm", maximum);
    if (!(order > 0)) {
      throw ConfigException.value("order of the clipping norm", order, "a number above 0");
    }
    double norm = order == 2 ? globalNorm(parameters) : norm(parameters, order);
    scale(parameters, factor(norm, maximum));
    return norm;
  }

  private static double norm(Collection<? extends Tensor> parameters, double order) {
    boolean largest = Double.isInfinite(order);
    double total = 0;
    try (GradMode.Restore off = GradMode.disable()) {
      for (Tensor parameter : parameters) {
        Tensor gradient = parameter.grad();
        if (gradient != null) {
          try (Scope scope = Scope.open("gradient norm")) {
            Tensor sizes = gradient.abs();
            total =
                largest
                    ? Math.max(total, sizes.max().item())
                    : total + sizes.pow(order).sum().item();
          }
        }
      }
    }
    return largest ? total : StrictMath.pow(total, 1 / order);
  }

  /** Moves each element of the gradients into {@code [-bound, bound]}. */
  public static void byValue(Collection<? extends Tensor> parameters, double bound) {
    Checks.atLeastZero("clipping bound", bound);
    for (Tensor parameter : parameters) {
      Tensor gradient = parameter.grad();
      if (gradient != null) {
        CLAMP.run(new double[] {-bound, bound}, List.of(gradient), List.of(gradient));
      }
    }
  }
}
