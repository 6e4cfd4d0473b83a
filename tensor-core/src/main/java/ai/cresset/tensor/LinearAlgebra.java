package ai.cresset.tensor;

import ai.cresset.error.ShapeException;
import ai.cresset.tensor.op.Matmul;
import ai.cresset.tensor.op.Promotion;

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
    return Promotion.binary(new Matmul(), left, other);
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
}
