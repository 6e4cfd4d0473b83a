package ai.cresset.data.transform;

import ai.cresset.tensor.Tensor;

/**
 * A transform with a probability; otherwise the tensor as it is.
 *
 * @param transform what may happen
 * @param probability from 0 to 1
 */
public record RandomApply(Transform transform, double probability) implements Transform {
  public RandomApply {
    Checks.probability("RandomApply probability", probability);
  }

  @Override
  public Tensor apply(Tensor value, Draws draws) {
    return draws.chance(probability) ? transform.apply(value, draws) : value;
  }
}
