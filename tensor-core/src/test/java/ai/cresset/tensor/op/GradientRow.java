package ai.cresset.tensor.op;

import ai.cresset.random.Generator;
import ai.cresset.tensor.Creation;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradientCheck;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A row of the table of gradients: a function of random inputs.
 *
 * @param name of the case
 * @param op the operation it is about
 * @param function what is checked
 * @param shapes of the inputs
 * @param low lower bound of the inputs' elements
 * @param high upper bound
 */
record GradientRow(
    String name,
    Class<? extends Op> op,
    GradientCheck.Function function,
    List<Shape> shapes,
    double low,
    double high) {
  static GradientRow of(
      String name, Class<? extends Op> op, Function<List<Tensor>, Tensor> function, long[]... s) {
    List<Shape> shapes = new ArrayList<>();
    for (long[] sizes : s) {
      shapes.add(Shape.of(sizes));
    }
    return new GradientRow(
        name, op, inputs -> List.of(function.apply(inputs)), List.copyOf(shapes), -2, 2);
  }

  GradientRow within(double from, double to) {
    return new GradientRow(name, op, function, shapes, from, to);
  }

  GradientRow all(GradientCheck.Function several) {
    return new GradientRow(name, op, several, shapes, low, high);
  }

  /** Leaves that require a gradient; {@code strided} ones lie in memory in another order. */
  List<Tensor> leaves(Device device, boolean strided) {
    Generator generator = new Generator(name.hashCode());
    List<Tensor> leaves = new ArrayList<>();
    for (Shape shape : shapes) {
      leaves.add(leaf(shape, device, generator, strided).requiresGrad(true));
    }
    return leaves;
  }

  private Tensor leaf(Shape shape, Device device, Generator generator, boolean strided) {
    if (!strided || shape.rank() == 0) {
      return Creation.uniform(new Spec(shape, DType.FLOAT64, device), low, high, generator);
    }
    if (shape.rank() == 1) {
      Shape twice = Shape.of(2 * shape.size(0));
      Spec spec = new Spec(twice, DType.FLOAT64, device);
      return Creation.uniform(spec, low, high, generator).slice(0, 0, twice.size(0), 2);
    }
    int rank = shape.rank();
    long[] sizes = new long[rank];
    int[] reverse = new int[rank];
    for (int dim = 0; dim < rank; dim++) {
      sizes[dim] = shape.size(rank - 1 - dim);
      reverse[dim] = rank - 1 - dim;
    }
    Spec spec = new Spec(Shape.of(sizes), DType.FLOAT64, device);
    return Creation.uniform(spec, low, high, generator).permute(reverse);
  }

  @Override
  public String toString() {
    return name;
  }
}
