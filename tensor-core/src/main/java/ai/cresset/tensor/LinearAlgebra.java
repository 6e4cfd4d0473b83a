package ai.cresset.tensor;

import ai.cresset.error.ShapeException;
import ai.cresset.tensor.op.BatchedMatmul;
import ai.cresset.tensor.op.Promotion;
import ai.cresset.type.Shape;

/** Matrix products. */
public interface LinearAlgebra {
  /** This object as a tensor. */
  Tensor self();

  /**
   * The matrix product with broadcasting of leading dimensions ({@code torch.matmul}). A right-hand
   * matrix folds all leading dimensions of the left into one product.
   */
  default Tensor matmul(Tensor other) {
    Tensor left = self();
    if (left.rank() == 0 || other.rank() == 0) {
      throw ShapeException.mismatch(
          "matmul", "tensors of rank 1 or more", left.shape() + " and " + other.shape());
    }
    if (left.rank() == 1) {
      return left.unsqueeze(0).matmul(other).squeeze(other.rank() == 1 ? 0 : -2);
    }
    if (other.rank() == 1) {
      return left.matmul(other.unsqueeze(1)).squeeze(-1);
    }
    long rows = left.size(-2);
    long inner = left.size(-1);
    long columns = other.size(-1);
    if (inner != other.size(-2)) {
      throw ShapeException.mismatch(
          "matmul", "[..., m, k] and [..., k, n]", left.shape() + " and " + other.shape());
    }
    if (other.rank() == 2) {
      Tensor flat = left.rank() == 2 ? left : left.reshape(-1, inner);
      Tensor product = Promotion.binary(new BatchedMatmul(), flat.unsqueeze(0), other.unsqueeze(0));
      return product.reshape(left.shape().with(-1, columns));
    }
    Shape lead = Shape.broadcast(leading(left.shape()), leading(other.shape()));
    Tensor a = left.expand(with(lead, rows, inner)).reshape(-1, rows, inner);
    Tensor b = other.expand(with(lead, inner, columns)).reshape(-1, inner, columns);
    return Promotion.binary(new BatchedMatmul(), a, b).reshape(with(lead, rows, columns));
  }

  private static Shape leading(Shape shape) {
    return shape.without(-1).without(-1);
  }

  private static Shape with(Shape lead, long rows, long columns) {
    return lead.insert(lead.rank(), rows).insert(lead.rank() + 1, columns);
  }
}
