package ai.cresset.tensor.op;

import ai.cresset.error.BackwardException;
import ai.cresset.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An operation whose results are booleans, indices or counts, which have no gradient. The scan of
 * gradient checks leaves these out and no others.
 */
public interface NotDifferentiable extends SimpleOp {
  @Override
  default boolean isDifferentiable() {
    return false;
  }

  @Override
  default List<@Nullable Tensor> derive(Context context, Tensor gradient, Needs needs) {
    throw BackwardException.noDerivative(name());
  }
}
