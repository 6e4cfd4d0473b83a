package ai.cresset.tensor.op;

import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.util.List;

/**
 * Any element-wise expression as an operation, differentiable to any order. Gradients of
 * element-wise operations are made of it: one pass over memory each.
 */
public final class Evaluate implements Symbolic {
  private final String name;
  private final Programs programs;
  private final double[] scalars;

  /**
   * An operation.
   *
   * @param name for messages
   * @param programs the expression
   * @param scalars its run-time numbers, not copied
   */
  public Evaluate(String name, Programs programs, double... scalars) {
    this.name = name;
    this.programs = programs;
    this.scalars = scalars;
  }

  /** Runs it. */
  public static Tensor of(String name, Programs programs, double[] scalars, Tensor... inputs) {
    return Dispatch.apply(new Evaluate(name, programs, scalars), inputs);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Programs programs() {
    return programs;
  }

  @Override
  public double[] scalars() {
    return scalars;
  }

  /** Inputs may be of several types: conditions and masks beside floating operands. */
  @Override
  public Spec rule(List<Spec> inputs) {
    Spec first = inputs.get(0);
    Shape shape = first.shape();
    DType type = first.dtype();
    for (Spec input : inputs) {
      shape = Shape.broadcast(name(), shape, input.shape());
      type = DType.promote(type, input.dtype());
    }
    return new Spec(shape, type, first.device());
  }
}
