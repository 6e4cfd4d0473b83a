package ai.cresset.nn.init;

import ai.cresset.error.ShapeException;
import ai.cresset.type.Shape;

/**
 * How many inputs and outputs a weight {@code [out, in, ...]} connects.
 *
 * @param in inputs of one output element
 * @param out outputs of one input element
 */
record Fan(long in, long out) {
  static Fan of(Shape weight) {
    if (weight.rank() < 2) {
      throw ShapeException.mismatch("init", "a weight [out, in, ...] of rank 2 or more", weight);
    }
    long field = 1;
    for (int dim = 2; dim < weight.rank(); dim++) {
      field *= weight.size(dim);
    }
    return new Fan(weight.size(1) * field, weight.size(0) * field);
  }

  double sum() {
    return (double) (in + out);
  }
}
