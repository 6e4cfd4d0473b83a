package ai.cresset.tensor;

import ai.cresset.backend.Expr;
import ai.cresset.error.BackwardException;
import ai.cresset.error.ShapeException;
import ai.cresset.random.Generator;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.tensor.op.Pointwise;
import ai.cresset.tensor.op.Programs;
import ai.cresset.type.Shape;
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
    self.backend().copy(source.materialize().broadcast(self.shape()), self.materialize());
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

  /** {@code this *= number}. */
  default Tensor mul_(double number) {
    return change("mul_", InPlacePrograms.SCALE, new double[] {number}, List.of(self()));
  }

  /** {@code this *= other}. */
  default Tensor mul_(Tensor other) {
    return change("mul_", InPlacePrograms.MUL, Pointwise.NO_SCALARS, List.of(self(), other));
  }

  private Tensor change(String op, Programs programs, double[] scalars, List<Tensor> inputs) {
    Tensor self = self();
    checkChange(op, self);
    for (Tensor input : inputs) {
      if (!Shape.broadcast(self.shape(), input.shape()).equals(self.shape())) {
        throw ShapeException.mismatch(
            op, "a shape that broadcasts to " + self.shape(), input.shape());
      }
    }
    Pointwise.run(
        programs.forOperands(self.dtype()), scalars, Generator.Key.NONE, inputs, List.of(self));
    self.storage().changed();
    return self;
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
  }

  /** The programs of in-place changes. */
  final class InPlacePrograms {
    private static final Programs FILL = Programs.of(Expr.scalar(0), 0, 1);
    private static final Programs ADD = Programs.of(Expr.input(0).plus(Expr.input(1)), 2, 0);
    private static final Programs ADD_SCALED =
        Programs.of(Expr.input(0).plus(Expr.scalar(0).times(Expr.input(1))), 2, 1);
    private static final Programs SCALE = Programs.of(Expr.input(0).times(Expr.scalar(0)), 1, 1);
    private static final Programs MUL = Programs.of(Expr.input(0).times(Expr.input(1)), 2, 0);

    private InPlacePrograms() {}
  }
}
