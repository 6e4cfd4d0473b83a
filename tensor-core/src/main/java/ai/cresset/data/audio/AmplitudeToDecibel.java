package ai.cresset.data.audio;

import ai.cresset.data.transform.Draws;
import ai.cresset.data.transform.Transform;
import ai.cresset.tensor.Tensor;

/**
 * Energies in decibels ({@code torchaudio.transforms.AmplitudeToDB} with {@code power}), at least
 * 1e-10.
 *
 * @param top how far values may lie below the largest; 0 for any distance
 */
public record AmplitudeToDecibel(double top) implements Transform {
  private static final double LEAST = 1e-10;

  @Override
  public Tensor apply(Tensor value, Draws draws) {
    float[] decibels = value.toFloatArray();
    float most = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < decibels.length; i++) {
      decibels[i] = (float) (10 * StrictMath.log10(Math.max(LEAST, decibels[i])));
      most = Math.max(most, decibels[i]);
    }
    for (int i = 0; i < decibels.length && top > 0; i++) {
      decibels[i] = Math.max(decibels[i], (float) (most - top));
    }
    return Tensor.of(decibels).reshape(value.shape());
  }
}
