package ai.cresset.data.transform;

import ai.cresset.tensor.Tensor;
import java.util.List;

/**
 * Transforms one after the other.
 *
 * @param transforms in order
 */
public record Compose(List<Transform> transforms) implements Transform {
  public Compose {
    transforms = List.copyOf(transforms);
  }

  public Compose(Transform... transforms) {
    this(List.of(transforms));
  }

  @Override
  public Tensor apply(Tensor value, Draws draws) {
    Tensor result = value;
    for (Transform transform : transforms) {
      result = transform.apply(result, draws);
    }
    return result;
  }
}
