package ai.cresset.nn.recurrent;

import ai.cresset.tensor.Tensor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The weights of a cell, or of one layer and direction.
 *
 * @param input {@code [gates * hidden, inputs]}
 * @param hidden {@code [gates * hidden, outputs]}
 * @param inputBias {@code [gates * hidden]}
 * @param hiddenBias {@code [gates * hidden]}
 * @param projection {@code [outputs, hidden]}
 */
record CellWeights<T extends Tensor>(
    T input, T hidden, @Nullable T inputBias, @Nullable T hiddenBias, @Nullable T projection) {
  CellWeights<Tensor> map(Function<T, Tensor> each) {
    return new CellWeights<>(
        each.apply(input),
        each.apply(hidden),
        inputBias == null ? null : each.apply(inputBias),
        hiddenBias == null ? null : each.apply(hiddenBias),
        projection == null ? null : each.apply(projection));
  }
}
