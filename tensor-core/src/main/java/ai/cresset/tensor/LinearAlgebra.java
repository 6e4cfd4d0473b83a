package ai.cresset.tensor;

import ai.cresset.error.ShapeException;
import ai.cresset.tensor.op.Dispatch;
import ai.cresset.tensor.op.Matmul;

/** Matrix products. */
public interface LinearAlgebra {
  /** This object as a tensor. */
  Tensor self();

  /**
   * The matrix product with broadcasting of leading dimensions ({@code torch.matmul}). Vectors
   * count as a row on the left and as a column on the right. A right-hand matrix folds all leading
   * dimensions of the left into one product.
   */
  default Tensor matmul(Tensor other) {
    Tensor left = self();
    if (left.rank() == 0 || other.rank() == 0) {
      throw ShapeException.mismatch(
          "matmul", "tensors of rank 1 or more", left.shape() + " and " + other.shape());
    }
    if (left.rank() == 1 && other.rank() == 1) {
      return left.unsqueeze(0).matmul(other.unsqueeze(1)).reshape();
    }
    if (left.rank() == 1) {
      return left.unsqueeze(0).matmul(other).squeeze(-2);
    }
    if (other.rank() == 1) {
      return left.matmul(other.unsqueeze(1)).squeeze(-1);
    }
    return Dispatch.apply(new Matmul(), left, other);
  }

  /**
   * Matrix products of a batch: {@code [batch, m, k] x [batch, k, n] -> [batch, m, n]}, without
   * broadcasting.
   */
  default Tensor bmm(Tensor other) {
    Tensor left = self();
    if (left.rank() != 3 || other.rank() != 3 || left.size(0) != other.size(0)) {
      throw ShapeException.mismatch(
          "bmm", "[batch, m, k] and [batch, k, n]", left.shape() + " and " + other.shape());
    }
    return left.matmul(other);
  }

  /** The product of this matrix {@code [m, k]} and a vector {@code [k]}. */
  default Tensor mv(Tensor vector) {
    Tensor self = self();
    if (self.rank() != 2 || vector.rank() != 1) {
      throw ShapeException.mismatch(
          "mv", "[m, k] and [k]", self.shape() + " and " + vector.shape());
    }
    return self.matmul(vector);
  }

  /** The product of two matrices, without broadcasting. */
  default Tensor mm(Tensor other) {
    Tensor self = self();
    if (self.rank() != 2 || other.rank() != 2) {
      throw ShapeException.mismatch(
          "mm", "[m, k] and [k, n]", self.shape() + " and " + other.shape());
    }
    return self.matmul(other);
  }

  /** The sum of products of two vectors' elements. */
  default Tensor dot(Tensor other) {
    Tensor self = self();
    if (self.rank() != 1 || !self.shape().equals(other.shape())) {
      throw ShapeException.mismatch(
          "dot", "two vectors of one size", self.shape() + " and " + other.shape());
    }
    return self.matmul(other);
  }

  /** All products of two vectors' elements: {@code [m]} and {@code [n]} give {@code [m, n]}. */
  default Tensor outer(Tensor other) {
    Tensor self = self();
    if (self.rank() != 1 || other.rank() != 1) {
      throw ShapeException.mismatch("outer", "two vectors", self.shape() + " and " + other.shape());
    }
    return self.unsqueeze(1).mul(other);
  }

  /** {@code this + left right}, with matrices. */
  default Tensor addmm(Tensor left, Tensor right) {
    return addmm(left, right, 1, 1);
  }

  /** {@code beta * this + alpha * left right}, with matrices; this broadcasts. */
  default Tensor addmm(Tensor left, Tensor right, double beta, double alpha) {
    if (left.rank() != 2 || right.rank() != 2) {
      throw ShapeException.mismatch(
          "addmm", "[m, k] and [k, n]", left.shape() + " and " + right.shape());
    }
    return Products.add("addmm", self(), left, right, beta, alpha);
  }

  /** {@code this + left right}, with batches of matrices. */
  default Tensor baddbmm(Tensor left, Tensor right) {
    return baddbmm(left, right, 1, 1);
  }

  /** {@code beta * this + alpha * left right}, with batches of matrices; this broadcasts. */
  default Tensor baddbmm(Tensor left, Tensor right, double beta, double alpha) {
    if (left.rank() != 3 || right.rank() != 3 || left.size(0) != right.size(0)) {
      throw ShapeException.mismatch(
          "baddbmm", "[batch, m, k] and [batch, k, n]", left.shape() + " and " + right.shape());
    }
    return Products.add("baddbmm", self(), left, right, beta, alpha);
  }

  /** {@code beta * this + alpha * matrix vector}; this broadcasts. */
  default Tensor addmv(Tensor matrix, Tensor vector, double beta, double alpha) {
    if (matrix.rank() != 2 || vector.rank() != 1) {
      throw ShapeException.mismatch(
          "addmv", "[m, k] and [k]", matrix.shape() + " and " + vector.shape());
    }
    return Products.add("addmv", self(), matrix, vector, beta, alpha);
  }
}
