package ai.cresset.tensor;

import ai.cresset.backend.Expr;
import ai.cresset.error.BackwardException;
import ai.cresset.error.DeviceException;
import ai.cresset.error.LifetimeException;
import ai.cresset.error.ShapeException;
import ai.cresset.random.Generator;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.tensor.op.Pointwise;
import ai.cresset.tensor.op.Programs;
import ai.cresset.type.Shape;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Changes in place. Each counts in the storage's version, so that a backward pass that saved the
 * old content notices. A tensor that requires a gradient refuses them while gradient mode is on.
 */
public interface InPlace {
  /** This object as a tensor. */
  Tensor self();

  /** Every element becomes {@code value}. */
  default Tensor fill_(double value) {
    return change("fill_", InPlacePrograms.FILL, new double[] {value}, List.of());
  }

  /** Every element becomes 0. */
  default Tensor zero_() {
    return fill_(0);
  }

  /** The elements of {@code source}, broadcast and cast. */
  default Tensor copy_(Tensor source) {
    Tensor self = self();
    checkChange("copy_", self);
    checkFits("copy_", self, source);
    try {
      self.backend().copy(source.materialize().broadcast(self.shape()), self.materialize());
    } finally {
      Reference.reachabilityFence(source);
    }
    self.storage().changed();
    return self;
  }

  /** {@code this += other}. */
  default Tensor add_(Tensor other) {
    return change("add_", InPlacePrograms.ADD, Pointwise.NO_SCALARS, List.of(self(), other));
  }

  /** {@code this += alpha * other}. */
  default Tensor add_(Tensor other, double alpha) {
    return change("add_", InPlacePrograms.ADD_SCALED, new double[] {alpha}, List.of(self(), other));
  }

  /** {@code this -= other}. */
  default Tensor sub_(Tensor other) {
    return add_(other, -1);
  }

  /** {@code this /= number}. */
  default Tensor div_(double number) {
    return change("div_", InPlacePrograms.DIVIDE, new double[] {number}, List.of(self()));
  }

  /** {@code this *= number}. */
  default Tensor mul_(double number) {
    return change("mul_", InPlacePrograms.SCALE, new double[] {number}, List.of(self()));
  }

  /** {@code this *= other}. */
  default Tensor mul_(Tensor other) {
    return change("mul_", InPlacePrograms.MUL, Pointwise.NO_SCALARS, List.of(self(), other));
  }

  /**
   * Runs a program over this tensor (input 0) and others, and stores its result here: one pass for
   * a whole update rule.
   */
  default Tensor update_(Programs programs, double[] scalars, Tensor... others) {
    List<Tensor> inputs = new ArrayList<>(others.length + 1);
    inputs.add(self());
    inputs.addAll(Arrays.asList(others));
    return change("update_", programs, scalars, inputs);
  }

  private Tensor change(String op, Programs programs, double[] scalars, List<Tensor> inputs) {
    Tensor self = self();
    checkChange(op, self);
    for (Tensor input : inputs) {
      checkFits(op, self, input);
    }
    try {
      Pointwise.run(
          programs.forOperands(self.dtype()), scalars, Generator.Key.NONE, inputs, List.of(self));
    } finally {
      Reference.reachabilityFence(inputs);
    }
    self.storage().changed();
    return self;
  }

  private static void checkFits(String op, Tensor self, Tensor input) {
    if (!input.device().equals(self.device())) {
      throw DeviceException.mismatch(op, self.device(), input.device());
    }
    if (!Shape.broadcast(self.shape(), input.shape()).equals(self.shape())) {
      throw ShapeException.mismatch(
          op, "a shape that broadcasts to " + self.shape(), input.shape());
    }
  }

  private static void checkChange(String op, Tensor self) {
    if (self.requiresGrad() && GradMode.isEnabled()) {
      throw BackwardException.because(
          op
              + " on "
              + self.spec()
              + ", which requires a gradient; use noGrad, detach() it, or use the"
              + " form without underscore");
    }
    for (int dim = 0; dim < self.rank(); dim++) {
      if (self.size(dim) > 1 && self.strides().stride(dim) == 0) {
        throw LifetimeException.because(
            op
                + " on "
                + self.spec()
                + ", whose dim "
                + dim
                + " repeats one memory location (expand); change a copy() of it");
      }
    }
  }

  /** The programs of in-place changes. */
  final class InPlacePrograms {
    private static final Programs FILL = Programs.of(Expr.scalar(0), 0, 1);
    private static final Programs ADD = Programs.of(Expr.input(0).plus(Expr.input(1)), 2, 0);
    private static final Programs ADD_SCALED =
        Programs.of(Expr.input(0).plus(Expr.scalar(0).times(Expr.input(1))), 2, 1);
    private static final Programs SCALE = Programs.of(Expr.input(0).times(Expr.scalar(0)), 1, 1);
    private static final Programs DIVIDE = Programs.of(Expr.input(0).over(Expr.scalar(0)), 1, 1);
    private static final Programs MUL = Programs.of(Expr.input(0).times(Expr.input(1)), 2, 0);

    private InPlacePrograms() {}
  }
}
