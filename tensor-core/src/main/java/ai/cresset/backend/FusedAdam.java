package ai.cresset.backend;

import ai.cresset.type.DType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Adam and AdamW over many parameters at once. A backend without it gets the composed form, one
 * program for each parameter, with the same arithmetic.
 */
public interface FusedAdam {
  /**
   * One parameter with what belongs to it: four contiguous views of one shape and one floating
   * type.
   */
  record Slice(View parameter, View gradient, View first, View second) {}

  /**
   * The numbers of an update.
   *
   * @param gradientScale what gradients are multiplied by first: below 0 to go up, one over the
   *     loss's scale where it was scaled
   * @param decoupled whether parameters shrink by themselves (AdamW) or the decay is a part of the
   *     gradient (Adam)
   * @param decay coupled: the weight decay; decoupled: what parameters are multiplied by
   * @param beta1 decay of the mean gradient
   * @param beta2 decay of the mean squared gradient
   * @param epsilon added to the root of the mean squared gradient
   * @param inverseRootCorrection {@code 1 / sqrt(1 - beta2^step)}
   * @param stepSize {@code learningRate / (1 - beta1^step)}
   */
  record Numbers(
      double gradientScale,
      boolean decoupled,
      double decay,
      double beta1,
      double beta2,
      double epsilon,
      double inverseRootCorrection,
      double stepSize) {}

  /** Whether this takes parameters of a floating type. */
  default boolean takes(DType type) {
    return true;
  }

  /**
   * Changes parameters and both moments in place.
   *
   * @param skip if not null, one float32 element: nothing changes unless it is 0. It is read on the
   *     device, so that {@link #findNotFinite} needs no answer on the host
   */
  void adam(List<Slice> slices, Numbers numbers, @Nullable View skip);

  /**
   * Looks for infinities and NaN.
   *
   * @param gradients contiguous views of floating types
   * @param found one float32 element, set to 1 if there is any, otherwise left as it is
   */
  void findNotFinite(List<View> gradients, View found);
}
