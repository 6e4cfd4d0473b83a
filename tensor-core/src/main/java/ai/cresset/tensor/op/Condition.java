package ai.cresset.tensor.op;

import ai.cresset.error.BackwardException;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An element-wise question. Its answers are booleans, which have no gradient. */
public interface Condition extends Pointwise {
  @Override
  default DType resultType(DType operands) {
    return DType.BOOL;
  }

  @Override
  default boolean isDifferentiable() {
    return false;
  }

  @Override
  default List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    throw BackwardException.noDerivative(name());
  }
}
