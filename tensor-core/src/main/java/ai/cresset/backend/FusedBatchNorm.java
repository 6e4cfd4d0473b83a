package ai.cresset.backend;

import org.jspecify.annotations.Nullable;

/**
 * Batch normalisation in one pass over the images for the statistics and one for the result (Ioffe
 * and Szegedy, "Batch Normalization", 2015). A backend without it gets the composed form.
 *
 * <p>Images are dense float32 {@code [places, channels]}, channels beside each other; everything
 * else is contiguous float32 {@code [channels]}.
 */
public interface FusedBatchNorm {
  /**
   * Forward.
   *
   * @param epsilon added to the variance
   * @param rectified whether what is below 0 in the result becomes 0
   * @param mean output
   * @param variance output, biased
   * @param inverseDeviation output, {@code 1 / sqrt(variance + epsilon)}
   */
  void batchNorm(
      View input,
      @Nullable View weight,
      @Nullable View bias,
      double epsilon,
      boolean rectified,
      View output,
      View mean,
      View variance,
      View inverseDeviation);

  /**
   * Backward; gradients that are null are not wanted.
   *
   * @param rectified whether forward was
   * @param bias that of forward; of no account unless rectified
   */
  void batchNormBackward(
      View gradient,
      View input,
      @Nullable View weight,
      @Nullable View bias,
      boolean rectified,
      View mean,
      View inverseDeviation,
      @Nullable View inputGradient,
      @Nullable View weightGradient,
      @Nullable View biasGradient);
}
