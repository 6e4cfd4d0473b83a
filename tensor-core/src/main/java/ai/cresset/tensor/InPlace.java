package ai.cresset.tensor;

import ai.cresset.error.BackwardException;
import ai.cresset.error.DTypeException;
import ai.cresset.error.DeviceException;
import ai.cresset.error.ShapeException;
import ai.cresset.random.Generator;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.tensor.op.Add;
import ai.cresset.tensor.op.Affine;
import ai.cresset.tensor.op.Dispatch;
import ai.cresset.tensor.op.Div;
import ai.cresset.tensor.op.DivScalar;
import ai.cresset.tensor.op.Evaluate;
import ai.cresset.tensor.op.IndexAdd;
import ai.cresset.tensor.op.MaskedFill;
import ai.cresset.tensor.op.Mul;
import ai.cresset.tensor.op.Op;
import ai.cresset.tensor.op.Overwrite;
import ai.cresset.tensor.op.Pointwise;
import ai.cresset.tensor.op.Pow;
import ai.cresset.tensor.op.PowScalar;
import ai.cresset.tensor.op.Programs;
import ai.cresset.tensor.op.Promotion;
import ai.cresset.tensor.op.Refill;
import ai.cresset.tensor.op.ScatterAdd;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Changes in place; functions of each element stand in {@link InPlaceFunctions}. The result is this
 * tensor, whose shape and type stay.
 *
 * <p>With gradient mode on, a change becomes part of the graph: from then on this tensor, its base
 * and its views are results of the operation. Leaves that require a gradient can be changed under
 * noGrad only. Each change counts in the memory's version, so that a backward pass that needs the
 * old elements says so instead of giving wrong gradients.
 */
public interface InPlace extends InPlaceFunctions {
  /** Every element becomes {@code value}. */
  default Tensor fill_(double value) {
    return Dispatch.applyInPlace("fill_", Refill.number(value), self());
  }

  /** Every element becomes {@code value}, a tensor of one element. */
  default Tensor fill_(Tensor value) {
    if (value.rank() != 0) {
      throw ShapeException.mismatch("fill_", "a tensor without dimensions", value.shape());
    }
    return Dispatch.applyInPlace("fill_", new Overwrite(), self(), value);
  }

  /** Every element becomes 0. */
  default Tensor zero_() {
    return Dispatch.applyInPlace("zero_", Refill.number(0), self());
  }

  /** The elements of {@code source}, from any device, broadcast and cast. */
  default Tensor copy_(Tensor source) {
    Tensor self = self();
    if (source.device().equals(self.device())) {
      return Dispatch.applyInPlace("copy_", new Overwrite(), self, source);
    }
    try (Tensor here = source.to(self.device())) {
      return Dispatch.applyInPlace("copy_", new Overwrite(), self, here);
    }
  }

  /** {@code this += other}. */
  default Tensor add_(Tensor other) {
    return combine("add_", new Add(1), other);
  }

  /** {@code this += alpha * other}. */
  default Tensor add_(Tensor other, double alpha) {
    return combine("add_", new Add(alpha), other);
  }

  /** {@code this += number}. */
  default Tensor add_(Number number) {
    return affine("add_", 1, number.doubleValue(), number);
  }

  /** {@code this -= other}. */
  default Tensor sub_(Tensor other) {
    return combine("sub_", new Add(-1), other);
  }

  /** {@code this -= alpha * other}. */
  default Tensor sub_(Tensor other, double alpha) {
    return combine("sub_", new Add(-alpha), other);
  }

  /** {@code this -= number}. */
  default Tensor sub_(Number number) {
    return affine("sub_", 1, -number.doubleValue(), number);
  }

  /** {@code this *= other}. */
  default Tensor mul_(Tensor other) {
    return combine("mul_", new Mul(), other);
  }

  /** {@code this *= number}. */
  default Tensor mul_(Number number) {
    return affine("mul_", number.doubleValue(), 0, number);
  }

  /** {@code this /= other}; integers refuse it. */
  default Tensor div_(Tensor other) {
    Tensor self = self();
    if (!Promotion.common(self, other).isFloating()) {
      throw DTypeException.notCastable("div_", DType.FLOAT32, self.dtype());
    }
    return combine("div_", new Div(), other);
  }

  /** {@code this /= number}; integers refuse it. */
  default Tensor div_(Number number) {
    Tensor self = self();
    checkStored("div_", self.dtype().isFloating() ? self.dtype() : DType.FLOAT32);
    return Dispatch.applyInPlace("div_", new DivScalar(number.doubleValue()), self);
  }

  /** {@code this = this ^ exponent}. */
  default Tensor pow_(Number exponent) {
    checkStored("pow_", self().dtype().withScalar(exponent));
    return Dispatch.applyInPlace("pow_", new PowScalar(exponent.doubleValue()), self());
  }

  /** {@code this = this ^ exponent}. */
  default Tensor pow_(Tensor exponent) {
    return combine("pow_", new Pow(), exponent);
  }

  /** {@code this += value * a * b}. */
  default Tensor addcmul_(Tensor a, Tensor b, double value) {
    return three("addcmul_", InPlacePrograms.ADD_PRODUCT, a, b, value);
  }

  /** {@code this += value * a / b}. */
  default Tensor addcdiv_(Tensor a, Tensor b, double value) {
    return three("addcdiv_", InPlacePrograms.ADD_QUOTIENT, a, b, value);
  }

  /** {@code this += weight * (end - this)}. */
  default Tensor lerp_(Tensor end, double weight) {
    return combine("lerp_", new Evaluate("lerp", InPlacePrograms.BETWEEN, weight), end);
  }

  /** {@code value} where the boolean {@code mask}, broadcast, is true. */
  default Tensor maskedFill_(Tensor mask, double value) {
    return Dispatch.applyInPlace("maskedFill_", new MaskedFill(value), self(), mask);
  }

  /** Adds slices of {@code source} by their index along {@code dim}. */
  default Tensor indexAdd_(int dim, Tensor index, Tensor source) {
    return Dispatch.applyInPlace("indexAdd_", new IndexAdd(dim), self(), index, source);
  }

  /** Adds {@code source} at {@code index} along {@code dim}. */
  default Tensor scatterAdd_(int dim, Tensor index, Tensor source) {
    return Dispatch.applyInPlace("scatterAdd_", new ScatterAdd(dim), self(), index, source);
  }

  // ---- random numbers ----

  /** Normal variates from the thread's generator. */
  default Tensor normal_(double mean, double deviation) {
    return normal_(mean, deviation, Generator.current());
  }

  /** The same from a given generator. */
  default Tensor normal_(double mean, double deviation, Generator generator) {
    checkFloating("normal_");
    Refill op = Refill.normal(mean, deviation, generator.reserve(self().numel()));
    return Dispatch.applyInPlace("normal_", op, self());
  }

  /** Uniform in [low, high), from the thread's generator. */
  default Tensor uniform_(double low, double high) {
    return uniform_(low, high, Generator.current());
  }

  /** The same from a given generator. */
  default Tensor uniform_(double low, double high, Generator generator) {
    checkFloating("uniform_");
    Refill op = Refill.uniform(low, high, generator.reserve(self().numel()));
    return Dispatch.applyInPlace("uniform_", op, self());
  }

  /** 1 with probability p, else 0, from the thread's generator. */
  default Tensor bernoulli_(double p) {
    return bernoulli_(p, Generator.current());
  }

  /** The same from a given generator. */
  default Tensor bernoulli_(double p, Generator generator) {
    Tensor self = self();
    if (!self.dtype().isFloating()) {
      return copy_(Creation.bernoulli(self.spec().withDType(DType.FLOAT32), p, generator));
    }
    Refill op = Refill.bernoulli(p, generator.reserve(self.numel()));
    return Dispatch.applyInPlace("bernoulli_", op, self);
  }

  // ---- for optimizers ----

  /**
   * Runs a program over this tensor (input 0) and others, and stores its result here: one pass for
   * a whole update rule, computed in this tensor's type. Never recorded.
   */
  default Tensor update_(Programs programs, double[] scalars, Tensor... others) {
    Tensor self = self();
    if (self.requiresGrad() && GradMode.isEnabled()) {
      throw BackwardException.inPlace(
          "update_", self.spec(), "which requires a gradient", "use noGrad");
    }
    self.checkChange("update_", false);
    List<Tensor> inputs = new ArrayList<>(others.length + 1);
    inputs.add(self);
    inputs.addAll(Arrays.asList(others));
    for (Tensor input : others) {
      if (!input.device().equals(self.device())) {
        throw DeviceException.mismatch("update_", self.device(), input.device());
      }
      if (!Shape.broadcast("update_", self.shape(), input.shape()).equals(self.shape())) {
        throw ShapeException.mismatch(
            "update_", "a shape that broadcasts to " + self.shape(), input.shape());
      }
    }
    try {
      Pointwise.run(
          programs.forOperands(self.dtype()), scalars, Generator.Key.NONE, inputs, List.of(self));
    } finally {
      Reference.reachabilityFence(inputs);
    }
    self.storage().changed("update_");
    return self;
  }

  // ---- types ----

  /** Computes in the common type and stores in this one's, if its category is high enough. */
  private Tensor combine(String name, Op op, Tensor other) {
    Tensor self = self();
    DType type = Promotion.common(self, other);
    if (type == self.dtype()) {
      return Dispatch.applyInPlace(name, op, self, other.to(type));
    }
    checkStored(name, type);
    Tensor result = Dispatch.apply(op, self.to(type), other.to(type));
    return Dispatch.applyInPlace(name, new Overwrite(), self, result);
  }

  private Tensor three(String name, Programs programs, Tensor a, Tensor b, double value) {
    Tensor self = self();
    DType type = DType.promote(Promotion.common(self, a), Promotion.common(self, b));
    checkStored(name, type);
    Evaluate op = new Evaluate(name, programs, value);
    if (type == self.dtype()) {
      return Dispatch.applyInPlace(name, op, self, a.to(type), b.to(type));
    }
    Tensor result = Dispatch.apply(op, self.to(type), a.to(type), b.to(type));
    return Dispatch.applyInPlace(name, new Overwrite(), self, result);
  }

  private Tensor affine(String name, double scale, double shift, Number number) {
    checkStored(name, self().dtype().withScalar(number));
    return Dispatch.applyInPlace(name, new Affine(name, scale, shift), self());
  }

  private void checkStored(String name, DType result) {
    DType own = self().dtype();
    if (result.category().compareTo(own.category()) > 0) {
      throw DTypeException.notCastable(name, result, own);
    }
  }

  private void checkFloating(String name) {
    if (!self().dtype().isFloating()) {
      throw DTypeException.unsupported(name, self().dtype(), "the floating types");
    }
  }
}
