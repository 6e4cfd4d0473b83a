package ai.cresset.data.audio;

import ai.cresset.data.transform.Draws;
import ai.cresset.data.transform.Transform;
import ai.cresset.error.ConfigException;
import ai.cresset.tensor.Tensor;

/**
 * Mel-frequency cepstral coefficients ({@code torchaudio.transforms.MFCC}): float32 {@code
 * [channels, frames]} to {@code [channels, coefficients, windows]}; the orthonormal cosine
 * transform of the bands in decibels, at most 80 below the largest.
 *
 * @param coefficients how many
 * @param bands their picture
 */
public record Mfcc(int coefficients, MelSpectrogram bands) implements Transform {
  public Mfcc {
    if (coefficients < 1 || coefficients > bands.scale().bands()) {
      throw ConfigException.value(
          "Mfcc coefficients", coefficients, "1 to " + bands.scale().bands() + ", the bands");
    }
  }

  @Override
  public Tensor apply(Tensor sound, Draws draws) {
    Tensor decibels = new AmplitudeToDecibel(80).apply(bands.apply(sound, draws), draws);
    int rows = bands.scale().bands();
    double[][] cosines = new double[coefficients][rows];
    for (int k = 0; k < coefficients; k++) {
      double scale = Math.sqrt((k == 0 ? 1.0 : 2.0) / rows);
      for (int row = 0; row < rows; row++) {
        cosines[k][row] = scale * StrictMath.cos(Math.PI / rows * (row + 0.5) * k);
      }
    }
    return Bands.sums(decibels, cosines);
  }
}
