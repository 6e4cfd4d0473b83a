package ai.cresset.nn.functional;

import ai.cresset.error.ConfigException;
import ai.cresset.error.ShapeException;
import ai.cresset.tensor.Tensor;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;

/** Numbers for each spatial dimension, and images without a batch. */
final class Spatial {
  private Spatial() {}

  /** At least one number. */
  static List<Integer> given(String name, Integer... numbers) {
    if (numbers.length == 0) {
      throw ConfigException.value(name, "none", "one number, or one for each spatial dimension");
    }
    return List.of(numbers);
  }

  /** One number for each of {@code rank} dimensions. */
  static List<Integer> each(String op, String name, List<Integer> numbers, int rank) {
    if (numbers.size() == rank) {
      return numbers;
    }
    if (numbers.size() != 1) {
      throw ConfigException.value(
          op + "." + name, numbers, "one number, or one for each of " + rank + " dimensions");
    }
    return Collections.nCopies(rank, numbers.get(0));
  }

  /** Runs an operation on {@code [batch, channels, ...]} also for images without a batch. */
  static Tensor batched(Tensor x, int rank, UnaryOperator<Tensor> operation) {
    return x.rank() == rank + 1 ? operation.apply(x.unsqueeze(0)).squeeze(0) : operation.apply(x);
  }

  /** Refuses images of another rank. */
  static void checkRank(String op, Tensor x, int rank) {
    if (x.rank() != rank) {
      throw ShapeException.mismatch(op, "an input of rank " + rank, x.shape());
    }
  }
}
