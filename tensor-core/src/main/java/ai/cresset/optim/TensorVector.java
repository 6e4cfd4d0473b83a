package ai.cresset.optim;

import ai.cresset.tensor.Tensor;
import java.util.List;

/**
 * Several tensors as one long vector, in their order. Sums over tensors are taken in double
 * precision. New vectors belong to the scope that is open.
 */
record TensorVector(List<Tensor> parts) {
  TensorVector copy() {
    return new TensorVector(parts.stream().map(Tensor::detachedClone).toList());
  }

  void set(TensorVector other) {
    for (int i = 0; i < parts.size(); i++) {
      parts.get(i).copy_(other.parts.get(i));
    }
  }

  void scale(double factor) {
    parts.forEach(part -> part.mul_(factor));
  }

  /** Adds {@code factor * other}. */
  void add(TensorVector other, double factor) {
    for (int i = 0; i < parts.size(); i++) {
      parts.get(i).add_(other.parts.get(i), factor);
    }
  }

  double dot(TensorVector other) {
    double total = 0;
    for (int i = 0; i < parts.size(); i++) {
      total += parts.get(i).mul(other.parts.get(i)).sum().item();
    }
    return total;
  }

  double sumOfSizes() {
    return parts.stream().mapToDouble(part -> part.abs().sum().item()).sum();
  }

  double largestSize() {
    return parts.stream().mapToDouble(part -> part.abs().max().item()).reduce(0, Math::max);
  }
}
