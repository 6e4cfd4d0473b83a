package ai.cresset.tensor.op;

import ai.cresset.type.DType;

/** An element-wise question. Its answers are booleans, which have no gradient. */
public interface Condition extends Pointwise, NotDifferentiable {
  @Override
  default DType resultType(DType operands) {
    return DType.BOOL;
  }
}
