package ai.cresset.tensor;

import java.util.List;

/**
 * Elements chosen by their order, and where they are.
 *
 * @param values the elements
 * @param indices their positions along the dimension, int64
 */
public record Ranked(Tensor values, Tensor indices) {
  static Ranked of(List<Tensor> both) {
    return new Ranked(both.get(0), both.get(1));
  }
}
